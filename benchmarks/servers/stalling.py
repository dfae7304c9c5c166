"""A venue of exactly known speed that stands still once: what anyone should measure of it can be computed by hand.

``python -m benchmarks.servers.stalling --service-us 250 --stall-after 10 --stall 1.4`` serves one order after the
other, 250 µs each, in the order in which they came; nothing is served from 10 s after the first order on, for 1.4 s.
What comes meanwhile is kept and served after it, unless its sender has gone.
"""

import argparse
import asyncio
import json
import signal
from dataclasses import dataclass

import uvloop

from benchmarks.servers.canned import REPLY, Responder, Tally


@dataclass(slots=True)
class OneServer:
    """Seconds on the event loop's clock. Pure."""

    service_s: float
    stall_after_s: float
    stall_s: float
    free_at: float = 0.0
    first_at: float | None = None

    def done_at(self, now: float) -> float:
        """When an order that comes now is answered."""
        if self.first_at is None:
            self.first_at = now
        begin = max(now, self.free_at)
        stall_at = self.first_at + self.stall_after_s
        if stall_at <= begin < stall_at + self.stall_s:
            begin = stall_at + self.stall_s
        self.free_at = begin + self.service_s
        return self.free_at


class PacedResponder(Responder):
    """Orders wait for the one server; whatever else is asked is answered at once."""

    def __init__(self, tally: Tally, server: OneServer, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(tally)
        self.server = server
        self.loop = loop

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.tally.requests += 1
        self.loop.call_at(self.server.done_at(self.loop.time()), self.answer)

    def answer(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(REPLY)


async def serve(server: OneServer) -> None:
    """Listen on any free port of this host, say which, and serve until told to stop."""
    tally, loop, stopped = Tally(), asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    orders = await loop.create_server(lambda: PacedResponder(tally, server, loop), "127.0.0.1", 0, backlog=4096)
    print(json.dumps({"rest": f"http://127.0.0.1:{orders.sockets[0].getsockname()[1]}"}), flush=True)
    await stopped.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service-us", type=float, default=0.0)
    parser.add_argument("--stall-after", type=float, required=True)
    parser.add_argument("--stall", type=float, required=True)
    asked = parser.parse_args()
    uvloop.run(serve(OneServer(asked.service_us / 1e6, asked.stall_after, asked.stall)))
