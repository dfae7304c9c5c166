"""When the upstream cannot be connected, clients learn that nothing was done; a request that got through is theirs."""

import socket
import struct
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from scenarios.client.classify import Reply, meaning_of_reply
from slo.history import Operation, Outcome
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import HEAD, answer_http, read_all, read_exactly, upstream
from tests.chaos.waiting import until

ORDER = b"POST /api/v3/order?symbol=BTCUSDT HTTP/1.1\r\nHost: venue\r\n"
DEPTH = b"GET /api/v3/depth HTTP/1.1\r\nHost: venue\r\n\r\n"
BODY = b'{"msg":"Internal error; unable to process your request. Please try again."}'
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def reply(*more: bytes, body: bytes = BODY) -> bytes:
    head = [
        b"HTTP/1.1 503 Service Unavailable",
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(BODY),
        b"X-Brownout-Proxy: upstream refused",
        *more,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


LAST = reply(b"Connection: close")


@pytest.fixture
def killed(proxy: RunningProxy) -> Iterator[str]:
    """Address of a listener whose upstream listens no more; its port stays taken, by a socket that only has it."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield proxy.lead_to(f"127.0.0.1:{reserved.getsockname()[1]}")


def connect(address: str) -> socket.socket:
    host, port = address.split(":")
    return socket.create_connection((host, int(port)), timeout=20)


@pytest.mark.parametrize("operation", [Operation.ORDER_PLACE, Operation.ORDER_CANCEL, Operation.BOOK_READ])
def test_what_never_reached_the_venue_is_booked_as_failed(killed: str, operation: Operation) -> None:
    connection = HTTPConnection(killed, timeout=20)
    method = {Operation.ORDER_PLACE: "POST", Operation.ORDER_CANCEL: "DELETE"}.get(operation, "GET")
    connection.request(method, "/api/v3/order")
    answered = connection.getresponse()
    seen = Reply(answered.status, answered.read(), answered.getheader("X-Brownout-Fault", ""))
    connection.close()
    assert (answered.status, answered.getheader("X-Brownout-Proxy")) == (503, "upstream refused")
    assert meaning_of_reply(operation, seen).outcome is Outcome.FAILED


def test_a_request_that_comes_after_the_refusal_is_answered_too(proxy: RunningProxy, killed: str) -> None:
    with connect(killed) as client:
        for _ in range(20):  # one process, one loop: by now the proxy knows that the upstream refuses
            proxy.faults()
        client.sendall(DEPTH)
        assert read_all(client) == LAST


def test_the_connection_ends_after_the_answer_and_says_so(killed: str) -> None:
    with connect(killed) as client:
        client.sendall(DEPTH)
        assert read_all(client) == LAST
        client.sendall(DEPTH)  # by a client that did not listen: dropped


def test_all_pipelined_requests_are_answered_and_the_last_one_ends_it(killed: str) -> None:
    with connect(killed) as client:
        client.sendall(DEPTH + ORDER + b"Content-Length: 4\r\n\r\nbody" + DEPTH)
        assert read_all(client) == reply() + reply() + LAST


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 1000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nf4240\r\n"]
)
def test_a_body_larger_than_any_buffer_does_not_reset_its_answer(killed: str, framing: bytes) -> None:
    with connect(killed) as client:
        client.sendall(ORDER + framing + b"x" * 1_000_000)
        assert read_all(client) == LAST


def test_the_answer_to_a_head_request_has_no_body(killed: str) -> None:
    with connect(killed) as client:
        client.sendall(b"HEAD /api/v3/ping HTTP/1.1\r\n\r\n")
        assert read_all(client) == reply(b"Connection: close", body=b"")


def test_a_client_that_has_said_all_is_answered(killed: str) -> None:
    with connect(killed) as client:
        client.sendall(DEPTH)
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == LAST


def test_faults_in_force_hold_and_mark_what_is_refused(proxy: RunningProxy, killed: str) -> None:
    proxy.apply("hold", latency_ms=600_000, on={"op": Operation.BOOK_READ})
    with connect(killed) as client:
        client.sendall(ORDER + b"\r\n" + DEPTH)
        assert read_exactly(client, len(reply())) == reply()  # not the last one: another waits behind it
        assert proxy.lift("hold")["hits"] == 1
        assert read_all(client) == reply(b"Connection: close", b"X-Brownout-Fault: hold")


@pytest.mark.parametrize("stream", [b"\x16\x03\x01\x00\x05", b"PING\r\n", b"GET / HTTP/1.1\nHost: a\n\n"])
def test_what_is_not_http_is_reset(killed: str, stream: bytes) -> None:
    with connect(killed) as client:
        client.sendall(stream)
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_a_client_that_asks_nothing_is_reset(killed: str) -> None:
    with connect(killed) as client, pytest.raises(ConnectionResetError):
        client.recv(1)


@pytest.mark.parametrize("start", [b"", b"GET /api/v3/dep"])
def test_a_client_that_ends_before_it_has_asked_is_reset(killed: str, start: bytes) -> None:
    with connect(killed) as client:
        client.sendall(start)
        client.shutdown(socket.SHUT_WR)
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_a_request_that_the_upstream_has_read_is_never_answered_for_it(proxy: RunningProxy) -> None:
    def read_and_reset(connection: socket.socket) -> None:
        read = b""
        while not HEAD.match(read):
            read += connection.recv(65_536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        connection.close()

    with upstream(read_and_reset) as running, connect(proxy.lead_to(running.address)) as client:
        client.sendall(ORDER + b"\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_once_the_upstream_is_back_new_connections_reach_it(proxy: RunningProxy, killed: str) -> None:
    with connect(killed) as client:
        client.sendall(DEPTH)
        assert read_all(client) == LAST
    with upstream(answer_http) as running:
        name = next(name for name, each in proxy.call("GET", "/proxies")[1].items() if each["listen"] == killed)
        proxy.call("POST", f"/proxies/{name}", {"upstream": running.address})
        with connect(killed) as client:
            client.sendall(DEPTH)
            assert client.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_refused_connections_are_let_go(proxy: RunningProxy, killed: str) -> None:
    before = open_descriptors(proxy.pid)
    for _ in range(50):
        with connect(killed) as client:
            client.sendall(DEPTH)
            read_all(client)
    until(lambda: open_descriptors(proxy.pid) <= before, "the proxy has closed its end of each")


def open_descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
