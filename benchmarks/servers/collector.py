"""A collector that costs next to nothing: takes whatever is posted, and answers that it was taken."""

import asyncio
import json
import signal
from typing import cast

import httptools
import uvloop

REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"


class Taker(asyncio.Protocol):
    """One connection of an exporter."""

    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio's.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.transport.write(REPLY)


async def serve() -> None:
    """Listen on any free port of this host, say which, and serve until told to stop."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    server = await loop.create_server(Taker, "127.0.0.1", 0)
    print(json.dumps({"address": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}), flush=True)
    await stopped.wait()


if __name__ == "__main__":
    uvloop.run(serve())
