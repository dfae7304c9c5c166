"""A venue on a real socket that does what a test tells it to: answer, be slow, refuse, reset, or stop halfway."""

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came. ``number`` counts the requests of the responder."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw_query: str

    @property
    def about_orders(self) -> bool:
        return self.path == "/api/v3/order"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b"{}"
    after_s: float = 0.0
    headers: tuple[str, ...] = ()
    interim: bytes = b""
    """Written before ``after_s``."""
    trailing: bytes = b""
    """Written with the end of the reply, and no part of it."""
    measured: bool = True
    """Whether the reply says how long it is."""
    cut_after: int | None = None
    """Close the connection after so many bytes of the reply."""
    close: bool = False
    chunk: int | None = None
    """Write so many bytes at a time."""
    pause_s: float = 0.0
    """Between these parts."""


class Reset:
    """Close the connection with a reset instead of an answer."""


class Silence:
    """Never answer."""


Action = Answer | Reset | Silence
Script = Callable[[Asked], Action]

EXCHANGE_INFO = {
    "symbols": [
        {
            "symbol": name,
            "status": "TRADING",
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01000000"},
                {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001000"},
                {"filterType": "NOTIONAL", "minNotional": "5.00000000"},
            ],
        }
        for name in ("BTCUSDT", "ETHUSDT")
    ]
}


def as_a_venue(asked: Asked) -> Answer:
    """What a venue without a care in the world answers."""
    match (asked.method, asked.path):
        case (_, "/api/v3/exchangeInfo"):
            said: object = EXCHANGE_INFO
        case (_, "/api/v3/ticker/bookTicker"):
            said = {"symbol": "BTCUSDT", "bidPrice": "60000.00", "askPrice": "60000.10"}
        case ("POST", "/api/v3/order"):
            said = {"orderId": asked.number, "status": "NEW", "fills": []}
        case ("DELETE", "/api/v3/order"):
            said = {"orderId": asked.number, "status": "CANCELED"}
        case ("GET", "/api/v3/order"):
            said = {"orderId": asked.number, "status": "FILLED"}
        case _:
            said = {}
    return Answer(body=json.dumps(said).encode())


class Responder:
    """Serves ``script`` on a free port of the loopback, each connection in a thread of its own.

    With ``backlog`` so many connections (and one) wait to be accepted; ``accepts=False`` leaves them until ``accept``.
    """

    def __init__(self, script: Script = as_a_venue, backlog: int = 1024, accepts: bool = True) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.address: tuple[str, int] = self._listener.getsockname()
        if accepts:
            self.accept()

    def accept(self) -> None:
        """From now on."""
        self._start(self._accept)

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    @property
    def connections(self) -> int:
        return len(self._threads) - 1

    @property
    def open_connections(self) -> int:
        with self._lock:
            return len(self._open)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and drop every connection."""
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_connections()
        for thread in self._threads:
            thread.join(5)

    def drop_connections(self) -> None:
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for head in _heads(connection):
                if not self._act(connection, self.script(self._note(head))):
                    break
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _note(self, head: str) -> Asked:
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ")
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        with self._lock:
            asked = Asked(len(self.asked), method, parts.path, query, headers, parts.query)
            self.asked.append(asked)
        return asked

    def _act(self, connection: socket.socket, action: Action) -> bool:
        """Returns whether the connection goes on."""
        match action:
            case Reset():
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            case Silence():
                self._ended.wait()
                return False
            case Answer():
                return self._answer(connection, action)

    def _answer(self, connection: socket.socket, answer: Answer) -> bool:
        connection.sendall(answer.interim)
        if answer.after_s:
            self._ended.wait(answer.after_s)
        length = [f"Content-Length: {len(answer.body)}"] if answer.measured else []
        lines = [f"HTTP/1.1 {answer.status} Said", *length, *answer.headers]
        reply = "\r\n".join([*lines, "", ""]).encode() + answer.body + answer.trailing
        if answer.cut_after is not None:
            connection.sendall(reply[: answer.cut_after])
            return False
        for part in _parts(reply, answer.chunk or len(reply)):
            connection.sendall(part)
            if answer.pause_s and self._ended.wait(answer.pause_s):
                return False
        return not answer.close


def _parts(reply: bytes, size: int) -> Iterator[bytes]:
    return (reply[start : start + size] for start in range(0, len(reply), size))


def _heads(connection: socket.socket) -> Iterator[str]:
    """Heads of requests without bodies, one after the other."""
    received = b""
    while True:
        while b"\r\n\r\n" not in received:
            part = connection.recv(65536)
            if not part:
                return
            received += part
        head, _, received = received.partition(b"\r\n\r\n")
        yield head.decode()


def wait_until(condition: Callable[[], bool], seconds_max: float = 10.0) -> None:
    """Poll until something holds; an AssertionError when it does not in time."""
    give_up = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < give_up, "it did not come about in time"
        time.sleep(0.005)
