"""A real WebSocket server, in a thread of the test, with an endpoint that says back what it hears."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import uvloop

from mock_exchange.clock import SYSTEM_CLOCK
from mock_exchange.limits.limiter import Cost, Unlimited
from mock_exchange.limits.settings import RateLimits
from mock_exchange.limits.venue_limiter import VenueLimiter
from mock_exchange.websocket.endpoint import Endpoints, Peer, Session, WebSocketTarget
from mock_exchange.websocket.limits import WebSocketLimits
from mock_exchange.websocket.server import WebSocketServer


def burst_messages(sizes: Sequence[int]) -> list[bytes]:
    """One message of each size; no two neighbours have a byte in common."""
    return [b"%d" % (number % 10) * size for number, size in enumerate(sizes)]


class Echo:
    """Says back each message; ``flood N`` sends N bytes instead, ``tell TEXT`` sends the text to every other one.

    ``burst N,N,N`` sends ``burst_messages`` of these sizes, all in one turn of the event loop.
    """

    def __init__(self, peer: Peer, others: "set[Echo]") -> None:
        self.peer = peer
        self.others = others
        others.add(self)

    def received(self, message: bytes) -> None:
        word, _, rest = message.partition(b" ")
        if word == b"fail":
            raise RuntimeError("a fault of ours")
        if word == b"flood":
            self.peer.send(b"x" * int(rest))
        elif word == b"burst":
            for payload in burst_messages([int(size) for size in rest.split(b",")]):
                self.peer.send(payload)
        elif word == b"tell":
            for other in self.others - {self}:
                other.peer.send(rest)
        else:
            self.peer.send(message)

    def shutting_down(self) -> None:
        self.peer.send(b"serverShutdown")

    def closed(self) -> None:
        self.others.discard(self)


class EchoEndpoint:
    def __init__(self, messages_per_second: int | None) -> None:
        self._messages_per_second = messages_per_second
        self.sessions: set[Echo] = set()
        self.targets: list[WebSocketTarget] = []

    @property
    def messages_per_second(self) -> int | None:
        return self._messages_per_second

    def open(self, target: WebSocketTarget, peer: Peer) -> Session | None:
        self.targets.append(target)
        return None if target.path == "/ws/nothing" else Echo(peer, self.sessions)


class Running:
    def __init__(self, server: WebSocketServer, endpoint: EchoEndpoint, loop: asyncio.AbstractEventLoop) -> None:
        self.server = server
        self.endpoint = endpoint
        self._loop = loop
        self.port = 0

    async def listen(self) -> None:
        self.port = urlsplit(await self.server.listen("127.0.0.1", 0, "--port")).port or 0

    def charge(self, weight: int) -> None:
        """As if the tests' address had sent a request."""

        async def charge() -> None:
            self.server.limiter.request("127.0.0.1", Cost(weight))

        asyncio.run_coroutine_threadsafe(charge(), self._loop).result(10)

    def drain(self) -> None:
        self._loop.call_soon_threadsafe(self.server.drain)


@contextmanager
def echoing(
    limits: Mapping[str, object] | None = None, *, per_second: int | None = None, rates: RateLimits | None = None
) -> Iterator[Running]:
    loop = uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    endpoint = EchoEndpoint(per_second)
    limiter = VenueLimiter(rates, SYSTEM_CLOCK.wall_ns) if rates is not None else Unlimited()
    server = WebSocketServer(
        Endpoints({"/ws": endpoint}), WebSocketLimits.model_validate(dict(limits or {})), limiter, SYSTEM_CLOCK
    )
    running = Running(server, endpoint, loop)
    try:
        asyncio.run_coroutine_threadsafe(running.listen(), loop).result(10)
        yield running
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _ended(server: WebSocketServer) -> None:
    server.abort()
    await server.wait_empty()
