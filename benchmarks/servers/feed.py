"""A feed that costs next to nothing: the same trades to every connection, several in a write, as fast as they are read.

Frames are made once a round for all. A round begins when the one before has left for every reader, so that nobody's
sequence has a gap and the slower side sets the pace.
"""

import argparse
import asyncio
import itertools
import json
import time

import uvloop
from picows import WSListener, WSTransport, WSUpgradeRequest, ws_create_server

TRADES_PER_ROUND = 8
TRADE = (
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":%d,"s":"BTCUSDT","t":%d,"p":"60000.01000000",'
    '"q":"0.00100000","T":%d,"m":true,"M":true}}'
)


def frame(text: str) -> bytes:
    """A text frame as a server sends it. Source: RFC 6455, 5.2."""
    payload = text.encode()
    assert 126 <= len(payload) < 1 << 16
    return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload


class Connections(WSListener):
    """Every connection that is open, and ``complete`` once they are as many as are waited for."""

    def __init__(self, wanted: int) -> None:
        self.open: set[WSTransport] = set()
        self.complete = asyncio.Event()
        self._wanted = wanted

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Called by picows."""
        self.open.add(transport)
        if len(self.open) == self._wanted:
            self.complete.set()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Called by picows."""
        self.open.discard(transport)


async def speak(connections: Connections) -> None:
    """For ever, once all are there."""
    await connections.complete.wait()
    trade = 1
    while True:
        now_us = time.time_ns() // 1000
        frames = b"".join(frame(TRADE % (now_us, trade + each, now_us)) for each in range(TRADES_PER_ROUND))
        trade += TRADES_PER_ROUND
        for transport in list(connections.open):
            transport.underlying_transport.write(frames)
        await asyncio.sleep(0)
        for transport in list(connections.open):
            await drained(transport)


async def drained(transport: WSTransport) -> None:
    """Return once all that was written to it has left this process."""
    for pause_s in itertools.repeat(0.001):
        if not transport.underlying_transport.get_write_buffer_size():
            return
        await asyncio.sleep(pause_s)


async def serve(subscribers: int) -> None:
    """Says in one JSON line where it listens."""
    connections = Connections(subscribers)

    def listener(request: WSUpgradeRequest) -> WSListener:
        del request
        return connections

    server = await ws_create_server(listener, "127.0.0.1", 0, backlog=1024)
    print(json.dumps({"ws": f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"}), flush=True)
    await speak(connections)


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, required=True, help="how many to wait for")
    uvloop.run(serve(parser.parse_args().subscribers))


if __name__ == "__main__":
    main()
