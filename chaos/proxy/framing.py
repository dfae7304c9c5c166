"""Where messages of HTTP/1.1 begin and end in a stream (RFC 9112). Pure: bytes in, the same bytes out in pieces.

A scanner finds heads and skips bodies; it changes nothing, checks nothing that it need not, and where it cannot tell
the framing any more (another protocol, an upgrade, two contradicting lengths) it becomes opaque: from there on
bytes are only bytes, and no request of that connection can be told from another.
"""

import re
from abc import ABC, abstractmethod
from collections import deque
from typing import NamedTuple

from chaos.proxy.turns import Awaited

HEAD_BYTES_MAX = 65_536
"""A longer head is none; real servers refuse from 8 to 32 KiB."""
_LINE_BYTES_MAX = 4_096

_CHUNKED = -1
_UNDECLARED = -2

_END = b"\r\n\r\n"
_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding)[ \t]*:[ \t]*([^\r\n]*)")
_METHODS = (b"GET", b"POST", b"DELETE", b"PUT", b"HEAD", b"OPTIONS", b"PATCH", b"TRACE", b"CONNECT")
_REQUEST_LINE = re.compile(rb"(?:" + b"|".join(_METHODS) + rb") [^ \r\n]+ HTTP/1\.[01]\r\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] [1-5][0-9][0-9][ \r]")
_PROTOCOL = b"HTTP/1."
_BARE_NEWLINE = re.compile(rb"(?<!\r)\n")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?\r?\n", re.DOTALL)


class _UnreadableError(Exception):
    """The framing cannot be told."""


class Piece(NamedTuple):
    """Bytes of at most one message. A piece that begins a message holds its whole head, ``head_length`` bytes."""

    data: bytes
    head_length: int
    answers: Awaited | None = None
    """Of a final response's head: the request that it answers."""
    ends: bool = False
    """The message is complete with it."""


class _ChunkedBody:
    """Walks over a chunked body (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self.over = False
        self._left = 0
        self._line = b""
        self._in_trailer = False

    def skip(self, data: bytes, at: int) -> int:
        """The place in ``data`` where the body ends, or its length where the body goes on."""
        while at < len(data) and not self.over:
            at = self._skip_chunk(data, at) if self._left else self._skip_line(data, at)
        return at

    def _skip_chunk(self, data: bytes, at: int) -> int:
        step = min(self._left, len(data) - at)
        self._left -= step
        return at + step

    def _skip_line(self, data: bytes, at: int) -> int:
        newline = data.find(b"\n", at)
        stop = len(data) if newline < 0 else newline + 1
        self._line += data[at:stop]
        if len(self._line) > _LINE_BYTES_MAX:
            raise _UnreadableError
        if newline >= 0:
            line, self._line = self._line, b""
            self._end_line(line)
        return stop

    def _end_line(self, line: bytes) -> None:
        if self._in_trailer:
            self.over = line in (b"\r\n", b"\n")
            return
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise _UnreadableError
        length = int(size[1], 16)
        self._in_trailer = length == 0
        self._left = length + 2 if length else 0


class Scanner(ABC):
    """One direction of one connection."""

    def __init__(self) -> None:
        self.opaque = False
        self.foreign = False
        """From here on, bytes belong to no message. Whoever has taken notice may set it back."""
        self._partial = b""
        self._left = 0
        self._chunks: _ChunkedBody | None = None

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that ``data`` completes; an incomplete head is kept for the next time."""
        if self._partial:
            data, self._partial = self._partial + data, b""
        pieces: list[Piece] = []
        at = 0
        while at < len(data):
            at = self._take_piece(data, at, pieces)
        return pieces

    def become_opaque(self) -> bytes:
        """Scan no more. The bytes that had been kept."""
        self.opaque = True
        partial, self._partial = self._partial, b""
        return partial

    def _take_piece(self, data: bytes, at: int, pieces: list[Piece]) -> int:
        head_length = 0
        answers = None
        stop = at
        if not (self.opaque or self._left or self._chunks):
            end = data.find(_END, at)
            if end < 0 and self._is_plausible(data, at):
                self._partial = data[at:]
                return len(data)
            head_length, answers = self._take_head(data, at, end)
            stop = at + head_length
        stop = self._skip_body(data, stop)
        ends = not (self.opaque or self._left or self._chunks)
        pieces.append(Piece(data[at:stop], head_length, answers, ends))
        return stop

    def _take_head(self, data: bytes, at: int, end: int) -> tuple[int, Awaited | None]:
        """Length of the head (0 where there is none and the connection has become opaque), and what it answers."""
        head = data[at : end + len(_END)]
        try:
            if end < 0 or len(head) > HEAD_BYTES_MAX:
                raise _UnreadableError
            return len(head), self._begin(head)
        except _UnreadableError:
            self.opaque = self.foreign = True
            return 0, None

    def _skip_body(self, data: bytes, at: int) -> int:
        if self.opaque:
            return len(data)
        if self._chunks is not None:
            return self._skip_chunks(self._chunks, data, at)
        stop = min(len(data), at + self._left)
        self._left -= stop - at
        return stop

    def _skip_chunks(self, chunks: _ChunkedBody, data: bytes, at: int) -> int:
        try:
            stop = chunks.skip(data, at)
        except _UnreadableError:
            self.opaque = self.foreign = True
            return len(data)
        if chunks.over:
            self._chunks = None
        return stop

    def _expect_body(self, length: int) -> None:
        if length == _CHUNKED:
            self._chunks = _ChunkedBody()
        else:
            self._left = length

    def _is_plausible(self, data: bytes, at: int) -> bool:
        """Whether an incomplete head may still become one, and is worth waiting for."""
        start = data[at : at + HEAD_BYTES_MAX + 1]
        return len(start) <= HEAD_BYTES_MAX and not _BARE_NEWLINE.search(start) and self._may_begin(start)

    @abstractmethod
    def _may_begin(self, start: bytes) -> bool:
        """Whether these bytes, no whole head, can be the start of one."""

    @abstractmethod
    def _begin(self, head: bytes) -> Awaited | None:
        """Take in a whole head and expect its body. Raises _UnreadableError."""


class RequestScanner(Scanner):
    """What the client sends."""

    def _may_begin(self, start: bytes) -> bool:
        if b"\r\n" in start:
            return _REQUEST_LINE.match(start) is not None
        return any(start.startswith(method + b" ") or method.startswith(start) for method in _METHODS)

    def _begin(self, head: bytes) -> None:
        if not _REQUEST_LINE.match(head):
            raise _UnreadableError
        declared = _declared_length(head)
        self._expect_body(0 if declared == _UNDECLARED else declared)


class ResponseScanner(Scanner):
    """What the upstream sends. ``awaited``: requests passed on, oldest first; those that are answered are taken out."""

    def __init__(self, awaited: deque[Awaited]) -> None:
        super().__init__()
        self.upgraded = False
        """The connection speaks something else now, in both directions."""
        self._awaited = awaited

    def _may_begin(self, start: bytes) -> bool:
        return _PROTOCOL.startswith(start[: len(_PROTOCOL)])

    def _begin(self, head: bytes) -> Awaited | None:
        if not self._awaited or not _STATUS_LINE.match(head):
            raise _UnreadableError  # an answer that nobody asked for belongs to no request
        status = int(head[9:12])
        if status < 200 and status != 101:
            return None  # interim: the final one is still to come, and no body belongs to this one
        answered = self._awaited.popleft()
        if status == 101 or (answered.method == b"CONNECT" and status < 300):
            self.upgraded = self.opaque = True
        elif answered.method != b"HEAD" and status not in (204, 304):
            self._begin_body(head)
        return answered

    def _begin_body(self, head: bytes) -> None:
        try:
            declared = _declared_length(head)
        except _UnreadableError:
            declared = _UNDECLARED
        if declared == _UNDECLARED:
            self.opaque = True  # the body ends with the connection
        else:
            self._expect_body(declared)


def _declared_length(head: bytes) -> int:
    """Length of the body in bytes, _CHUNKED or _UNDECLARED. Raises _UnreadableError for contradictions."""
    lengths: set[bytes] = set()
    encoding = b""
    for name, value in _FRAMING.findall(head.lower()):
        if name == b"content-length":
            lengths.add(value.strip())
        else:
            encoding = value.strip()
    if encoding:
        return _encoded_length(encoding)
    if not lengths:
        return _UNDECLARED
    return _plain_length(lengths)


def _encoded_length(encoding: bytes) -> int:
    """A transfer coding overrides a length (RFC 9112, 6.3); only chunked, applied last, tells where it ends."""
    if not encoding.endswith(b"chunked"):
        raise _UnreadableError
    return _CHUNKED


def _plain_length(lengths: set[bytes]) -> int:
    length = lengths.pop()
    if lengths or not length.isdigit() or len(length) > 18:
        raise _UnreadableError
    return int(length)
