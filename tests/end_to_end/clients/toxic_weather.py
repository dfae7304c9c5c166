"""What the tests of Toxiproxy's clients share: what each toxic does to a visitor of a venue that has other traffic."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from typing import Literal, NamedTuple

from tests.chaos.raw_streams import connect
from tests.chaos.upstreams import HEAD, read_all, response

Found = Literal["well", "late", "broken"]

LATE_S = 0.3
PATIENCE_S = 1.5
"""Longer than whatever is late needs."""

REPLY = response(b"x" * 1_000)


class Toxic(NamedTuple):
    """Attributes, and what a visitor finds while it is in force."""

    attributes: dict[str, float]
    found: Found


TOXICS = {
    "latency": Toxic({"latency": 400, "jitter": 50}, "late"),
    "bandwidth": Toxic({"rate": 2}, "late"),
    "slow_close": Toxic({"delay": 400}, "late"),
    "timeout": Toxic({"timeout": 50}, "broken"),
    "reset_peer": Toxic({"timeout": 0}, "broken"),
    "slicer": Toxic({"average_size": 100, "size_variation": 0, "delay": 50_000}, "late"),
    "limit_data": Toxic({"bytes": 100}, "broken"),
    "packet_loss": Toxic({"loss_rate": 1, "correlation": 0}, "broken"),
}


def answer_and_close(connection: socket.socket) -> None:
    """Closes where it is asked to; other connections are kept alive."""
    buffer = b""
    while data := connection.recv(65_536):
        buffer += data
        while head := HEAD.match(buffer):
            buffer = buffer[head.end() :]
            connection.sendall(REPLY)
            if b"/close" in head[2]:
                connection.shutdown(socket.SHUT_WR)


def visit(address: str) -> Found:
    """One request and its reply, until the venue has closed."""
    began = time.monotonic()
    try:
        with connect(address) as connection:
            connection.settimeout(PATIENCE_S)
            connection.sendall(b"GET /close HTTP/1.1\r\n\r\n")
            reply = read_all(connection)
    except OSError:
        return "broken"
    if len(reply) < len(REPLY):
        return "broken"
    return "late" if time.monotonic() - began >= LATE_S else "well"


@contextmanager
def traffic(address: str) -> Iterator[None]:
    """Two clients that ask all the time, whatever becomes of it."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            connection = HTTPConnection(address, timeout=PATIENCE_S)
            with suppress(OSError, HTTPException):
                while not over.wait(0.002):
                    connection.request("GET", "/")
                    connection.getresponse().read()
            connection.close()

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for each in asking:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in asking:
            each.join()
