"""A feed that costs next to nothing: the same trades to every connection, several in a write, as fast as they are read.

Frames are made once a round for all. A round begins when the last reader has answered a ping behind the one before, so
that the slower side sets the pace, and what waits in the kernel's buffers stays short.
"""

import argparse
import asyncio
import json
import time

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

TRADES_PER_ROUND = 16
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
        self.answered = asyncio.Event()
        self._wanted = wanted

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Called by picows."""
        self.open.add(transport)
        if len(self.open) == self._wanted:
            self.complete.set()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Called by picows, which answers the readers' own pings itself."""
        del transport
        if frame.msg_type == WSMsgType.PONG:
            self.answered.set()

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
        open_now = list(connections.open)
        for transport in open_now:
            transport.underlying_transport.write(frames)
        connections.answered.clear()
        open_now[-1].send_ping()
        await connections.answered.wait()


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
