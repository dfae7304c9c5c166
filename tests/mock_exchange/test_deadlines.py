"""Who has to leave and when, to the nanosecond: a connection whose clock and transport the test has in its hands."""

import asyncio

import pytest

from mock_exchange.clock import Clock
from mock_exchange.http.connection import Connection
from mock_exchange.http.limits import Limits
from mock_exchange.http.request import Request
from mock_exchange.http.server import HttpServer
from mock_exchange.http.turn import Turn
from tests.mock_exchange.raw_socket import PING

SECOND = 1_000_000_000
LIMITS = Limits(request_deadline="2s", idle_deadline="5s")


class Wire(asyncio.Transport):
    """What was written, and whether the connection still stands."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def pause_reading(self) -> None:
        """The test sends nothing more."""

    def write_eof(self) -> None:
        """We say no more, and read on."""

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


class Service:
    """Answers at once, or keeps the turns where it is told to wait."""

    def __init__(self) -> None:
        self.waits = False
        self.unanswered: list[Turn] = []

    def refusal(self, request: Request) -> None:
        """It refuses nothing."""

    def answer(self, request: Request, turn: Turn) -> None:  # noqa: ARG002 - all are answered alike
        if self.waits:
            self.unanswered.append(turn)
        else:
            turn.answer(200, b"{}")

    def error_body(self, status: int, text: str) -> bytes:
        return f"{status} {text}".encode()


class Line:
    """A client's connection at a time of its own."""

    def __init__(self) -> None:
        self.now_ns = SECOND
        self.service = Service()
        clock = Clock(wall_ns=lambda: self.now_ns, monotonic_ns=lambda: self.now_ns)
        self.connection = Connection(HttpServer(self.service, LIMITS, clock))
        self.wire = Wire()
        self.connection.connection_made(self.wire)

    def wait(self, duration_ns: int) -> None:
        self.now_ns += duration_ns
        self.connection.enforce_deadlines(self.now_ns)

    def send(self, data: bytes) -> None:
        self.connection.data_received(data)


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_connection_without_requests_is_closed_in_silence(line: Line) -> None:
    line.wait(LIMITS.idle_deadline)
    assert not line.wire.closed
    line.wait(1)
    assert (line.wire.closed, line.wire.written) == (True, b"")


def test_a_connection_with_requests_stays_open(line: Line) -> None:
    for _ in range(10):
        line.wait(LIMITS.idle_deadline)
        line.send(PING)
    assert not line.wire.closed
    assert line.wire.written.count(b"HTTP/1.1 200 OK") == 10
    line.wait(LIMITS.idle_deadline + 1)
    assert line.wire.closed


def test_empty_lines_are_no_requests(line: Line) -> None:
    for _ in range(3):
        line.wait(LIMITS.idle_deadline // 3)
        line.send(b"\r\n")
    line.wait(3)
    assert line.wire.closed


def test_who_waits_for_a_reply_is_not_idle(line: Line) -> None:
    line.service.waits = True
    line.send(PING)
    for _ in range(3):
        line.wait(LIMITS.idle_deadline)
    assert not line.wire.closed
    line.service.unanswered[0].answer(200, b"late")
    line.connection.flush()
    assert line.wire.written.endswith(b"late")
    line.wait(LIMITS.idle_deadline)
    assert not line.wire.closed, "idleness begins with the reply"


@pytest.mark.parametrize("start", [b"GE", PING[:-2], b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\naa"])
def test_a_request_has_to_end_in_time_even_if_bytes_of_it_come(line: Line, start: bytes) -> None:
    line.send(start[:-1])
    line.wait(LIMITS.request_deadline)
    line.send(start[-1:])
    assert line.wire.written == b""
    line.wait(1)
    assert line.wire.written.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_does_not_read_its_replies_is_cut_off(line: Line) -> None:
    line.connection.pause_writing()
    line.wait(LIMITS.idle_deadline)
    assert not line.wire.closed
    line.wait(1)
    assert line.wire.closed
