"""How bytes are framed in every file here, and what a reader can tell of a file whose end or middle is damaged.

A frame is a marker, the payload's length, a checksum and a sequence number, then the payload. Pure.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

MARKER: Final = b"\xb0\x0b\xe7\xf1"
"""No text can hold it: a search for the next frame after damage is not misled by what a client wrote."""

_HEAD = struct.Struct("<4sIIQ")
_CHECKED = struct.Struct("<IQ")
HEAD_BYTES: Final = _HEAD.size


@dataclass(frozen=True, slots=True)
class Frame:
    sequence: int
    """Of the first record in the payload."""
    payload: bytes
    offset: int
    """Of the frame's first byte in its file."""
    end: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no frame, from ``offset`` on."""

    offset: int
    fault: str
    is_followed: bool
    """A whole frame comes later: this is damage in the middle, not a write that never ended."""


def frame(sequence: int, payload: bytes) -> bytes:
    return _HEAD.pack(MARKER, len(payload), _checksum(sequence, payload), sequence) + payload


def _checksum(sequence: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(_CHECKED.pack(len(payload), sequence)))


def read_frames(content: bytes) -> tuple[list[Frame], Damage | None]:
    """Every frame up to the end of the file, or up to the damage."""
    frames: list[Frame] = []
    offset = 0
    while offset < len(content):
        found = _frame_at(content, offset)
        if isinstance(found, str):
            return frames, Damage(offset, found, is_followed=_has_frame_after(content, offset))
        frames.append(found)
        offset = found.end
    return frames, None


def _frame_at(content: bytes, offset: int) -> Frame | str:
    """The frame that begins there, or what is wrong with what is there."""
    if len(content) - offset < HEAD_BYTES:
        return "a record's head is cut short"
    marker, length, checksum, sequence = _HEAD.unpack_from(content, offset)
    if marker != MARKER:
        return "no record begins there"
    end = offset + HEAD_BYTES + length
    if end > len(content):
        return "a record is shorter than its head says"
    payload = content[offset + HEAD_BYTES : end]
    if _checksum(sequence, payload) != checksum:
        return "a record's checksum does not match its content"
    return Frame(sequence, payload, offset, end)


def _has_frame_after(content: bytes, offset: int) -> bool:
    while (offset := content.find(MARKER, offset + 1)) >= 0:
        if isinstance(_frame_at(content, offset), Frame):
            return True
    return False
