"""Orders at a constant rate, whatever the server does with them: each is timed from when it was due.

A closed loop such as wrk waits with the next order while the server stands still, and so leaves out what a user would
have felt. This one spins on its own core instead of sleeping, because timers are as coarse as a whole reply is quick.
"""

import argparse
import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.signed_orders import KEY_HEADER

NS_PER_SECOND = 1_000_000_000
DRAIN_SECONDS = 2


class Loader(asyncio.Protocol):
    """One connection with at most one request on its way."""

    def __init__(self, idle: "deque[Loader]", latencies_ns: list[int]) -> None:
        self._idle = idle
        self._latencies_ns = latencies_ns
        self._due_ns = 0
        self._read = b""
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._idle.append(self)

    def send(self, request: bytes, due_ns: int) -> None:
        self._due_ns = due_ns
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._read = self._read + data if self._read else data
        if not is_whole(self._read):
            return
        self._latencies_ns.append(time.monotonic_ns() - self._due_ns)
        self.refused += not self._read.startswith(b"HTTP/1.1 200")
        self._read = b""
        self._idle.append(self)


def is_whole(reply: bytes) -> bool:
    """Whether a reply that says how long it is has arrived to its end."""
    head, found, body = reply.partition(b"\r\n\r\n")
    if not found:
        return False
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(body) >= int(length)


def address_of(url: str) -> tuple[str, int]:
    """Host and port, which every address of ours names."""
    host, _, port = urlsplit(url).netloc.partition(":")
    return host, int(port)


def requests_of(bodies: Path, url: str, key: str) -> list[bytes]:
    """The bodies as whole requests, ready to be sent."""
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{KEY_HEADER}: {key}\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    return [
        f"{head}{form}Content-Length: {len(body)}\r\n\r\n{body}".encode()
        for body in bodies.read_text(encoding="ascii").splitlines()
    ]


async def load(url: str, requests: Sequence[bytes], rate: float, seconds: float, connections: int) -> dict[str, float]:
    """Send; an order that is due while every connection waits is sent as soon as one does not, and timed as due."""
    loop = asyncio.get_running_loop()
    idle: deque[Loader] = deque()
    latencies_ns: list[int] = []
    loaders = [
        (await loop.create_connection(lambda: Loader(idle, latencies_ns), *address_of(url)))[1]
        for _ in range(connections)
    ]
    began_ns, sent, count = time.monotonic_ns(), 0, int(rate * seconds)
    while sent < count:
        due = min(count, int((time.monotonic_ns() - began_ns) * rate / NS_PER_SECOND) + 1)
        while sent < due and idle:
            idle.popleft().send(requests[sent % len(requests)], began_ns + int(sent * NS_PER_SECOND / rate))
            sent += 1
        await asyncio.sleep(0)
    await drained(latencies_ns, count)
    latencies_ns.sort()
    return {
        "sent": sent,
        "refused": sum(loader.refused for loader in loaders),
        "unanswered": count - len(latencies_ns),
        "p50_us": latencies_ns[len(latencies_ns) // 2] / 1000,
        "p99_us": latencies_ns[len(latencies_ns) * 99 // 100] / 1000,
    }


async def drained(latencies_ns: Sequence[int], count: int) -> None:
    """Until everything was answered, or the patience of a user is over."""
    give_up = time.monotonic() + DRAIN_SECONDS
    while len(latencies_ns) < count and time.monotonic() < give_up:  # noqa: ASYNC110 - replies come one by one
        await asyncio.sleep(0)


def main() -> None:
    """Prints one JSON line with what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, required=True)
    asked = parser.parse_args()
    requests = requests_of(asked.bodies, asked.url, asked.key)
    print(json.dumps(uvloop.run(load(asked.url, requests, asked.rate, asked.seconds, asked.connections))))


if __name__ == "__main__":
    main()
