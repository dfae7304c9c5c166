"""The canned responder, which also notes when each order came and over which connection.

Told to end, it writes both to the file that ``--times`` names: ``at_ns`` (its monotonic clock) and ``connection``, one
entry for each order, in the order in which they came.
"""

import argparse
import asyncio
import json
import signal
import time
from array import array
from itertools import count
from pathlib import Path

import numpy as np
import uvloop

from benchmarks.servers.canned import Responder, Tally, Teller


class Notes:
    """When orders came, and over which connection."""

    def __init__(self) -> None:
        self.at_ns = array("q")
        self.connection = array("q")
        self.numbers = count()

    def write(self, file: Path) -> None:
        np.savez(file, at_ns=np.array(self.at_ns), connection=np.array(self.connection))


class NotingResponder(Responder):
    """One connection, whose orders are noted before they are answered."""

    def __init__(self, tally: Tally, notes: Notes) -> None:
        super().__init__(tally)
        self.notes = notes
        self.number = next(notes.numbers)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.notes.at_ns.append(time.monotonic_ns())
        self.notes.connection.append(self.number)
        super().on_message_complete()


async def serve(times: Path) -> None:
    """Listen on two free ports of this host, say which, serve until told to stop, and write the notes."""
    tally, notes, loop = Tally(), Notes(), asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    orders = await loop.create_server(lambda: NotingResponder(tally, notes), "127.0.0.1", 0, backlog=4096)
    told = await loop.create_server(lambda: Teller(tally), "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (orders, told)]
    print(json.dumps({"rest": f"http://127.0.0.1:{ports[0]}", "tally_port": ports[1]}), flush=True)
    await stopped.wait()
    notes.write(times)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", metavar="FILE", type=Path, required=True)
    uvloop.run(serve(arguments.parse_args().times))
