"""Real upstreams on real sockets: one for raw bytes, one that answers HTTP."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Serve = Callable[[socket.socket], None]

HEAD = re.compile(rb"(\w+) (\S+) HTTP/1\.1(?=\r\n).*?\r\n\r\n", re.DOTALL)


class Upstream:
    """Accepts connections and gives each to ``serve`` in a thread of its own."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._accepted: list[socket.socket] = []
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):  # macOS: not connected
            self._listening.shutdown(socket.SHUT_RDWR)  # closing alone does not wake up who waits in accept
        self._listening.close()
        for connection in self._accepted:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self._accepted.append(connection)
                threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def _serve_one(self, connection: socket.socket) -> None:
        with suppress(OSError):
            self._serve(connection)


@contextmanager
def upstream(serve: Serve) -> Iterator[Upstream]:
    running = Upstream(serve)
    try:
        yield running
    finally:
        running.close()


def answer_http(connection: socket.socket) -> None:
    """Answers every request with its own request line as body; requests have no bodies."""
    buffer = b""
    while data := connection.recv(65_536):
        buffer += data
        while head := HEAD.match(buffer):
            buffer = buffer[head.end() :]
            connection.sendall(response(head[1] + b" " + head[2]))


def response(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def read_all(connection: socket.socket) -> bytes:
    """Until the peer says that it sends no more."""
    read = []
    while data := connection.recv(65_536):
        read.append(data)
    return b"".join(read)


def read_exactly(connection: socket.socket, length: int) -> bytes:
    read = b""
    while len(read) < length:
        data = connection.recv(length - len(read))
        assert data, f"the stream ended after {len(read)} of {length} bytes"
        read += data
    return read
