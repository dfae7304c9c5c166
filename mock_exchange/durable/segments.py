"""Reads the journal's segments as one chain of records, and tells a torn tail, which is cut, from damage, which is not.

Only one write is under way at a time, so a crash can tear nothing but the very end of the last segment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mock_exchange.durable.folder import Folder, NumberedFile
from mock_exchange.durable.foundation import Foundation
from mock_exchange.durable.frames import HEAD_BYTES, Damage, Frame, read_frames
from mock_exchange.durable.records import Header, Record, decode_header, decode_records
from mock_exchange.errors import DataError

_WAY_OUT = "restore the folder from a copy, or start anew with another folder"


@dataclass(frozen=True, slots=True)
class TornTail:
    """The last write that never ended: nothing in it was acknowledged."""

    path: Path
    offset: int
    """Where the last whole record ends; 0 where not even the file's header is whole."""
    byte_count: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that were written together; ``sequence`` is the first one's."""

    sequence: int
    records: list[Record]


class JournalReader:
    """Iterate once; afterwards ``last_sequence`` and ``torn`` tell how it ended."""

    def __init__(self, folder: Folder, foundation: Foundation, *, after: int) -> None:
        """Reads what follows record number ``after``."""
        self._folder = folder
        self._foundation = foundation
        self.last_sequence = after
        self.torn: TornTail | None = None
        self.byte_count = 0

    def __iter__(self) -> Iterator[Batch]:
        """Raises DataError."""
        segments = self._needed()
        for segment in segments:
            yield from self._segment(segment, is_last=segment is segments[-1])

    def _needed(self) -> list[NumberedFile]:
        """The segments from the one that holds the next record."""
        segments = self._folder.journals()
        if not segments and not self.last_sequence:
            return []
        begun = [segment for segment in segments if segment.sequence <= self.last_sequence]
        if not begun:
            missing = self._folder.journal_path(self.last_sequence)
            raise DataError(
                f"{missing}: is missing: the journal must go on after record {self.last_sequence}; {_WAY_OUT}"
            )
        return segments[len(begun) - 1 :]

    def _segment(self, segment: NumberedFile, *, is_last: bool) -> Iterator[Batch]:
        content = segment.path.read_bytes()
        self.byte_count += len(content)
        frames, damage = read_frames(content)
        if damage is not None or not frames:
            self._bear(segment.path, damage or Damage(0, "the file has no header", is_followed=False), content, is_last)
        if frames:
            check_header(segment.path, frames[0], "journal", segment.sequence, self._foundation)
        expected = segment.sequence + 1
        for each in frames[1:]:
            records = _decoded(segment.path, each, expected)
            expected += len(records)
            if expected - 1 > self.last_sequence:
                skipped = max(0, self.last_sequence + 1 - each.sequence)
                yield Batch(each.sequence + skipped, records[skipped:])
                self.last_sequence = expected - 1

    def _bear(self, path: Path, damage: Damage, content: bytes, is_last: bool) -> None:
        if not is_last or damage.is_followed:
            raise damaged(path, damage.offset, damage.fault)
        self.torn = TornTail(path, damage.offset, len(content) - damage.offset)


def _decoded(path: Path, frame: Frame, expected: int) -> list[Record]:
    if frame.sequence != expected:
        raise damaged(path, frame.offset, f"record {frame.sequence} follows where {expected} should")
    try:
        return decode_records(frame.payload)
    except msgspec.DecodeError as error:
        raise damaged(path, frame.offset + HEAD_BYTES, f"a record is no command of this version ({error})") from error


def damaged(path: Path, offset: int, fault: str) -> DataError:
    return DataError(
        f"{path}: damaged at byte {offset}: {fault}, and only a journal's last write may be incomplete; {_WAY_OUT}"
    )


def check_header(path: Path, frame: Frame, kind: str, sequence: int, foundation: Foundation) -> None:
    """Raises DataError where the file is of another kind, place or exchange."""
    header = read_header(path, frame)
    if (header.kind, header.sequence) != (kind, sequence):
        raise damaged(path, frame.offset, f"its header says {header.kind} {header.sequence}, its name does not")
    difference = foundation.difference(header.foundation)
    if difference:
        raise DataError(
            f"{path.parent}: belongs to another exchange: {difference}; use that configuration again, or another folder"
        )


def founded(folder: Folder) -> Foundation:
    """What the exchange of this folder was built from, as its files say. Raises DataError where there are none."""
    for segment in reversed(folder.journals()):
        frames, _ = read_frames(segment.path.read_bytes())
        if frames:
            return read_header(segment.path, frames[0]).foundation
    raise DataError(f"{folder.path}: holds no journal: name the folder that an exchange was started with as --data")


def read_header(path: Path, frame: Frame) -> Header:
    try:
        return decode_header(frame.payload)
    except msgspec.DecodeError as error:
        raise damaged(path, frame.offset, f"the file does not begin with a header ({error})") from error
