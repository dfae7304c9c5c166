"""A small blocking WebSocket client that can also break every rule."""

import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Self

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

Json = Any


class Frame(NamedTuple):
    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int:
        assert self.opcode == CLOSE, self
        return int(struct.unpack(">H", self.payload[:2])[0])


def frame_bytes(opcode: int, payload: bytes = b"", *, final: bool = True, masked: bool = True, rsv: int = 0) -> bytes:
    """A frame as a client sends it, or as it should not."""
    size = len(payload)
    mark = 0x80 if masked else 0
    if size < 126:
        length = bytes([mark | size])
    elif size < 1 << 16:
        length = bytes([mark | 126]) + struct.pack(">H", size)
    else:
        length = bytes([mark | 127]) + struct.pack(">Q", size)
    mask = b"\x01\x02\x03\x04" if masked else b""
    body = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)) if masked else payload
    return bytes([(0x80 if final else 0) | rsv << 4 | opcode]) + length + mask + body


def handshake(target: str, headers: str = "") -> bytes:
    return (
        f"GET {target} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{headers}\r\n"
    ).encode()


class WebSocket:
    """Reads with a timeout of 20 s; a connection that the server drops raises ConnectionError."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._read = bytearray()
        self.answers_pings = True

    @classmethod
    def opened(cls, port: int, target: str, *, receive_bytes: int | None = None) -> Self:
        """``receive_bytes`` limits what the system takes for a client that does not read."""
        connection = socket.socket()
        if receive_bytes is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", port))
        client = cls(connection)
        client.send_bytes(handshake(target))
        status, body = client.read_head()
        if status != 101:
            client.close()
            raise AssertionError(f"{status} {body!r}")
        return client

    def send_bytes(self, data: bytes) -> None:
        self.connection.sendall(data)

    def send_frame(self, opcode: int, payload: bytes = b"") -> None:
        self.send_bytes(frame_bytes(opcode, payload))

    def send_json(self, content: object) -> None:
        self.send_frame(TEXT, json.dumps(content).encode())

    def read_head(self) -> tuple[int, bytes]:
        """Status and body of the reply to a handshake."""
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, _, rest = bytes(self._read).partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        while len(rest) < length:
            self._receive()
            rest = bytes(self._read).partition(b"\r\n\r\n")[2]
        self._read = bytearray(rest[length:])
        return int(lines[0].split()[1]), rest[:length]

    def read_frame(self) -> Frame:
        """The next frame, whatever it is; pings are answered unless the client is told not to."""
        head = self._take(2)
        size = head[1] & 0x7F
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self._take(8))[0]
        frame = Frame(head[0] & 0x0F, self._take(size))
        if frame.opcode == PING and self.answers_pings:
            self.send_frame(PONG, frame.payload)
        return frame

    def read_text(self) -> bytes:
        """The next text message."""
        while (frame := self.read_frame()).opcode in (PING, PONG):
            pass
        assert frame.opcode == TEXT, frame
        return frame.payload

    def read_json(self) -> Json:
        return json.loads(self.read_text())

    def read_close(self) -> int:
        """Read on to the close frame, and answer it; its code."""
        while (frame := self.read_frame()).opcode != CLOSE:
            pass
        with suppress(ConnectionError):  # the server need not wait for it
            self.send_frame(CLOSE, frame.payload)
        return frame.close_code

    def call(self, method: str, *params: object, request_id: object = 1) -> Json:
        """Send a request and return its reply, which must be the next message."""
        self.send_json({"method": method, "params": list(params), "id": request_id})
        return self.read_json()

    def is_dropped(self) -> bool:
        """Wait for the end of the connection; frames that are still read do not count."""
        try:
            while self.connection.recv(65536):
                pass
        except ConnectionError:
            pass
        return True

    def close(self) -> None:
        self.connection.close()

    def _take(self, count: int) -> bytes:
        while len(self._read) < count:
            self._receive()
        taken = bytes(self._read[:count])
        del self._read[:count]
        return taken

    def _receive(self) -> None:
        data = self.connection.recv(1 << 18)
        if not data:
            raise ConnectionError(f"the connection ended after {bytes(self._read[:200])!r}")
        self._read += data


@contextmanager
def websocket(port: int, target: str, *, receive_bytes: int | None = None) -> Iterator[WebSocket]:
    client = WebSocket.opened(port, target, receive_bytes=receive_bytes)
    try:
        yield client
    finally:
        client.close()


def some_payload(size: int) -> bytes:
    """Text of this many bytes."""
    return os.urandom(size // 2 + 1).hex().encode()[:size]
