"""A thousand readers of one stream: connect, count what comes, and keep the book moving meanwhile.

Says in one JSON line what was counted. One process, because the core is one; a reader does nothing but count.
"""

import argparse
import asyncio
import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.clients.open_loop import Loader, address_of, requests_of

AT_ONCE = 50
"""Handshakes under way."""
ORDERS_PER_SECOND = 500
"""Enough to change the book between any two messages."""


class Reader(WSListener):
    """One subscriber."""

    def __init__(self) -> None:
        self.messages = 0
        self.bytes = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Called by picows."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Called by picows; pings are its own to answer."""
        del transport
        if frame.msg_type == WSMsgType.TEXT:
            self.messages += 1
            self.bytes += len(frame.get_payload_as_memoryview())


async def connected(url: str, count: int) -> list[Reader]:
    readers = [Reader() for _ in range(count)]
    for begun in range(0, count, AT_ONCE):
        await asyncio.gather(*(ws_connect(partial(_itself, each), url) for each in readers[begun : begun + AT_ONCE]))
    return readers


def _itself(reader: Reader) -> Reader:
    return reader


async def trade(loader: Loader, requests: Iterator[bytes]) -> None:
    """An order after another, for ever."""
    while True:
        loader.send(next(requests), 0)
        await asyncio.sleep(1 / ORDERS_PER_SECOND)


async def count(
    streams: str, rest: tuple[str, int], requests: Sequence[bytes], subscribers: int, seconds: tuple[float, float]
) -> dict[str, float]:
    """``seconds`` to warm up, and to count."""
    readers = await connected(streams, subscribers)
    (_, loader) = await asyncio.get_running_loop().create_connection(lambda: Loader(deque(maxlen=1), []), *rest)
    trading = asyncio.create_task(trade(loader, cycle(requests)))
    await asyncio.sleep(seconds[0])
    before, bytes_before = [reader.messages for reader in readers], sum(reader.bytes for reader in readers)
    began = time.perf_counter()
    await asyncio.sleep(seconds[1])
    passed = time.perf_counter() - began
    counted = [reader.messages - earlier for reader, earlier in zip(readers, before, strict=True)]
    read_bytes = sum(reader.bytes for reader in readers) - bytes_before
    trading.cancel()
    return {
        "per_second": sum(counted) / passed,
        "bytes_per_second": read_bytes / passed,
        "least": min(counted),
        "most": max(counted),
        "refused_orders": loader.refused,
    }


def main() -> None:
    """Prints one JSON line with what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", required=True, help="address of the stream that all read")
    parser.add_argument("--rest", required=True, help="address that orders are posted to")
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--subscribers", type=int, required=True)
    parser.add_argument("--warm-up-seconds", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    asked = parser.parse_args()
    requests = requests_of(asked.bodies, asked.rest, asked.key)
    seconds = asked.warm_up_seconds, asked.seconds
    print(json.dumps(uvloop.run(count(asked.streams, address_of(asked.rest), requests, asked.subscribers, seconds))))


if __name__ == "__main__":
    main()
