"""Where frames of a WebSocket begin and end in a stream (RFC 6455, section 5). Pure; only headers are read.

A scanner checks nothing: what breaks the protocol is the peers' to notice.
"""

from collections.abc import Iterator
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

_CONTROL = 0x8
"""Opcodes from here on are of control frames."""
_HEAD_BYTES_MAX = 14
_FINAL = 0x80
_COMPRESSED = 0x40
"""RSV1: of a message's first frame, that its payload is compressed (RFC 7692, section 6)."""
_MASKED = 0x80
_EXTENDED = {126: 2, 127: 8}
"""By the header's length of 7 bits: how many bytes more the real one takes."""


class FrameHead(NamedTuple):
    """The header of one frame, ``length`` bytes long; an empty ``mask`` where the payload is plain."""

    opcode: int
    final: bool
    compressed: bool
    mask: bytes
    length: int
    payload_length: int

    @property
    def is_control(self) -> bool:
        return self.opcode >= _CONTROL


class Part(NamedTuple):
    """Bytes of one frame, which is whole with them where ``head`` is given."""

    data: bytes
    head: FrameHead | None
    ends_all: bool
    """Neither a frame nor a message is under way after it."""


class FrameScanner:
    """One direction of one connection."""

    def __init__(self) -> None:
        self._partial = b""
        """Of a header that is not whole yet."""
        self._head: FrameHead | None = None
        """Of the frame whose payload is under way."""
        self._left = 0
        """Bytes of that payload that are still to come."""
        self._fragments_follow = False

    @property
    def between_messages(self) -> bool:
        return not (self._partial or self._head or self._fragments_follow)

    def skip(self, data: bytes) -> None:
        """Only keep track of where in a frame the stream is."""
        at, size = 0, len(data)
        while at < size:
            at, _ = self._advance(data, at)

    def feed(self, data: bytes) -> Iterator[Part]:
        """Cut at the ends of frames. To be exhausted before the next bytes."""
        at = 0
        while at < len(data):
            begin = at
            at, head = self._advance(data, at)
            yield Part(data[begin:at], head, self.between_messages)

    def _advance(self, data: bytes, at: int) -> tuple[int, FrameHead | None]:
        """To the end of the frame or of the bytes; the place, and in the first case the frame's header."""
        if self._head is None:
            at = self._take_head(data, at)
            if self._head is None:
                return at, None
        head, left, there = self._head, self._left, len(data) - at
        if there < left:
            self._left = left - there
            return len(data), None
        self._head = None
        return at + left, head

    def _take_head(self, data: bytes, at: int) -> int:
        known = len(self._partial)
        text = self._partial + data[at : at + _HEAD_BYTES_MAX - known]
        head = read_head(text)
        if head is None:
            self._partial = text
            return len(data)
        self._partial = b""
        self._head, self._left = head, head.payload_length
        if head.opcode < _CONTROL:
            self._fragments_follow = not head.final
        return at + head.length - known


def read_head(text: bytes) -> FrameHead | None:
    """The header that ``text`` begins with; None where it is not whole."""
    if len(text) < 2:
        return None
    first, second = text[0], text[1]
    payload_length = second & 0x7F
    mask_at = 2 + _EXTENDED.get(payload_length, 0)
    length = mask_at + 4 if second & _MASKED else mask_at
    if len(text) < length:
        return None
    if mask_at > 2:
        payload_length = int.from_bytes(text[2:mask_at], "big")
    return FrameHead(
        first & 0x0F, first >= _FINAL, bool(first & _COMPRESSED), text[mask_at:length], length, payload_length
    )


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """RFC 6455, section 5.3; the same as it is where there is no mask."""
    if not mask:
        return payload
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
