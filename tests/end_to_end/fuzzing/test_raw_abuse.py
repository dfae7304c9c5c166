"""Ten thousand idle connections, bytes that never end and bytes that mean nothing, while honest traffic goes on."""

import random
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from tests.conftest import missing
from tests.end_to_end.fuzzing.honest import Honest, honest_traffic
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.served import Served, serving
from tests.mock_exchange.websocket_client import WebSocket

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

IDLE = 10_000
SPARE_FILES = 500
ROUNDS = 200
HONEST_CALLS = 20
MEGABYTE = 1 << 20
MEMORY_MAX = 600 * MEGABYTE


@pytest.fixture(scope="module")
def files() -> Iterator[None]:
    """Room for all those sockets, here and in the exchange, which inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < IDLE + SPARE_FILES:
        missing(f"a limit of {IDLE + SPARE_FILES} open files", f"raise `ulimit -Hn`, which is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, IDLE + SPARE_FILES), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def exchange(files: None) -> Iterator[Served]:
    with serving({"limits": {"connections": IDLE + SPARE_FILES, "request_deadline": "2s"}}) as served:
        yield served


@contextmanager
def unharmed(served: Served) -> Iterator[Honest]:
    """Whatever happens inside, another client's orders are taken, no request fails and memory stays bounded."""
    with honest_traffic(served) as honest:
        calls_follow(honest)
        yield honest
        calls_follow(honest)
    assert honest.complaints() == []
    assert psutil.Process(served.process.pid).memory_info().rss < MEMORY_MAX
    assert [name for name, value in served.metrics().items() if 'outcome="failed"' in name and value] == []


def calls_follow(honest: Honest) -> None:
    """As many again as make sure that it is at work."""
    before = len(honest.statuses)
    eventually(lambda: len(honest.statuses) > before + HONEST_CALLS, "the honest client's next calls")


@pytest.mark.parametrize("port", ["rest", "ws"])
def test_ten_thousand_idle_connections_harm_nobody(exchange: Served, port: str) -> None:
    with unharmed(exchange) as honest:
        with ExitStack() as connections:
            for _ in range(IDLE):
                connections.enter_context(socket.create_connection(("127.0.0.1", exchange.port(port)), timeout=20))
            calls_follow(honest)  # they are there, and do nothing
        calls_follow(honest)  # they are gone, all at once


def test_as_many_idle_websockets_as_the_limit_lets_in_harm_nobody(files: None) -> None:
    """All of them have shaken hands and are told of the honest orders; one more is turned away."""
    config = {"websocket": {"connections": IDLE, "pong_deadline": "10m"}}
    with serving(config) as served, unharmed(served) as honest, ExitStack() as connections:
        for _ in range(IDLE):
            connections.callback(WebSocket.opened(served.port("ws"), "/ws/btcusdt@depth").close)
        calls_follow(honest)
        with socket.create_connection(("127.0.0.1", served.port("ws")), timeout=20) as surplus:
            assert WebSocket(surplus).read_head()[0] == 503
        assert served.metrics()["exchange_websockets"] == IDLE
        calls_follow(honest)


def _garbage(noise: random.Random) -> bytes:
    return noise.randbytes(noise.randint(1, 4096))


def _oversized(noise: random.Random) -> bytes:
    size = noise.randint(20_000, 200_000)
    return b"POST /api/v3/order HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size + b"a" * size


def _broken_chunks(noise: random.Random) -> bytes:
    head = b"POST /api/v3/order HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x\r\n" % noise.randint(0, 99) + noise.randbytes(noise.randint(0, 99)) for _ in range(20))
    return head + chunks


def _slow_headers(noise: random.Random) -> bytes:
    return b"GET /api/v3/ping HTTP/1.1\r\nX-Slow: " + b"a" * noise.randint(1, 100)


def _upgrade(noise: random.Random) -> bytes:
    """A good handshake, and then anything: frames without a mask, of reserved kinds, of huge lengths."""
    head = b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    return head + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + _garbage(noise)


@pytest.mark.parametrize("port", ["rest", "ws"])
@pytest.mark.parametrize("abuse", [_garbage, _oversized, _broken_chunks, _slow_headers, _upgrade])
def test_abuse_harms_nobody(exchange: Served, port: str, abuse: Callable[[random.Random], bytes]) -> None:
    noise = random.Random(f"{port} {abuse.__name__}")  # noqa: S311
    with unharmed(exchange), ExitStack() as connections:
        for _ in range(ROUNDS):
            peer = connections.enter_context(socket.create_connection(("127.0.0.1", exchange.port(port)), timeout=20))
            try:
                peer.sendall(abuse(noise))
            except OSError:
                continue  # it had seen enough, and closed
