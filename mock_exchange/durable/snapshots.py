"""Snapshots: the state after a certain record, one file each, written beside the service and safe before it counts."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec

from mock_exchange.durable.folder import Folder, NumberedFile
from mock_exchange.durable.foundation import Foundation
from mock_exchange.durable.frames import frame, read_frames
from mock_exchange.durable.records import Header, encode_header
from mock_exchange.durable.segments import check_header
from mock_exchange.engine.state import EngineState

KEPT = 2
"""The newest, and the one before it in case the newest is damaged."""
_SET_ASIDE = ".damaged"


class Snapshot(msgspec.Struct, frozen=True):
    starts: int
    """How often the exchange had been started."""
    accounts: Mapping[str, int]
    """Account numbers by API key."""
    engine: EngineState


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Snapshot)


def write_snapshot(folder: Folder, foundation: Foundation, sequence: int, snapshot: Snapshot) -> Path:
    """``sequence`` is the last record that is in it. Returns where it is. Raises OSError."""
    path = folder.snapshot_path(sequence)
    folder.write_safely(path, _frames(foundation, sequence, snapshot))
    return path


def _frames(foundation: Foundation, sequence: int, snapshot: Snapshot) -> Iterator[bytes]:
    yield frame(0, encode_header(Header("snapshot", sequence, foundation)))
    yield frame(sequence, _ENCODER.encode(snapshot))


def newest_snapshot(folder: Folder, foundation: Foundation) -> tuple[int, Snapshot | None, list[NumberedFile]]:
    """Its last record and content (0 and None where there is none), and newer ones that cannot be read.

    Raises DataError where a snapshot belongs to another exchange.
    """
    unreadable: list[NumberedFile] = []
    for file in reversed(folder.snapshots()):
        content = _read(file, foundation)
        if content is not None:
            return file.sequence, content, unreadable
        unreadable.append(file)
    return 0, None, unreadable


def _read(file: NumberedFile, foundation: Foundation) -> Snapshot | None:
    frames, damage = read_frames(file.path.read_bytes())
    if damage is not None or len(frames) != 2:
        return None
    check_header(file.path, frames[0], "snapshot", file.sequence, foundation)
    try:
        return _DECODER.decode(frames[1].payload)
    except msgspec.DecodeError:
        return None


def set_aside(folder: Folder, names: Iterable[str]) -> list[Path]:
    """Rename snapshots that cannot be read, so that none of them counts as one of those that are kept.

    For use when another is safe. Returns the new names of those that were still there. Raises OSError.
    """
    moved = []
    for name in names:
        path = folder.path / name
        if path.exists():
            moved.append(path.rename(path.with_name(name + _SET_ASIDE)))
    if moved:
        folder.sync()
    return moved


def remove_outdated(folder: Folder) -> None:
    """Keep the newest snapshots, and the journal from the older of them on."""
    snapshots = folder.snapshots()
    for file in snapshots[:-KEPT]:
        file.path.unlink()
    if len(snapshots) < KEPT:
        return
    journals = folder.journals()
    needed_from = snapshots[-KEPT].sequence
    for file, following in pairwise(journals):
        if following.sequence <= needed_from:
            file.path.unlink()
    folder.sync()
