"""A client that sends whatever bytes it likes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.mock_exchange.served import Served

PING = b"GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\n"


class RawSocket:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._read = b""

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def read_reply(self) -> tuple[int, bytes]:
        """Status and body of the next reply."""
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, _, rest = self._read.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.lower().startswith(b"content-length:"))
        while len(rest) < length:
            self._receive()
            rest = self._read.partition(b"\r\n\r\n")[2]
        self._read = rest[length:]
        return int(lines[0].split()[1]), rest[:length]

    def is_closed(self) -> bool:
        """Wait for the end of the stream; what is still read counts as not closed."""
        return self._read == b"" and self.connection.recv(1) == b""

    def _receive(self) -> None:
        data = self.connection.recv(65536)
        assert data, f"the connection ended after {self._read!r}"
        self._read += data


@contextmanager
def connected(exchange: Served, port: str = "rest") -> Iterator[RawSocket]:
    with socket.create_connection(("127.0.0.1", exchange.port(port)), timeout=20) as connection:
        yield RawSocket(connection)
