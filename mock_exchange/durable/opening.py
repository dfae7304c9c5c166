"""Opens a data folder for an exchange that is about to serve: lock, recover, mend, begin to write."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mock_exchange.durable.folder import Folder, locked
from mock_exchange.durable.foundation import Foundation
from mock_exchange.durable.frames import frame
from mock_exchange.durable.journal import GroupCommit, SyncPolicy, Worker
from mock_exchange.durable.records import AccountOpened, Record, Started, encode_records
from mock_exchange.durable.recovery import Recovery, recover
from mock_exchange.durable.segment_writer import SegmentWriter
from mock_exchange.durable.segments import TornTail
from mock_exchange.durable.settings import Durability
from mock_exchange.durable.shortage import CallLater, Shortage
from mock_exchange.durable.snapshotting import Snapshotter
from mock_exchange.durable.workers import InPlace, WriterThread
from mock_exchange.engine.commands import Command
from mock_exchange.errors import JournalError

CallSoon = Callable[[Callable[[], None]], object]
"""Brings a call into the event loop from any thread."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder that is ours, with what it remembers; nothing has been written to it yet."""

    folder: Folder
    foundation: Foundation
    recovery: Recovery
    unlock: Callable[[], None]

    def notices(self) -> Iterable[str]:
        """A line for each thing that an operator should know."""
        torn = self.recovery.torn
        if torn is not None:
            yield (
                f"{torn.path}: cut {torn.byte_count} bytes at byte {torn.offset}: the last write was never finished, "
                "and nothing of it was acknowledged"
            )
        for name in self.recovery.unreadable:
            yield f"{self.folder.path / name}: is damaged and not used: an older snapshot and the journal replace it"


def open_folder(path: Path, foundation: Foundation) -> Opened:
    """Raises DataError, DataInUseError, JournalError."""
    unlock = locked(path)
    folder = Folder(path)
    try:
        folder.remove_leftovers()
        recovery = recover(folder, foundation)
        if recovery.torn is not None:
            _cut(folder, recovery.torn)
    except OSError as error:
        unlock()
        raise JournalError(f"{path}: {error.strerror or error}") from error
    except BaseException:
        unlock()
        raise
    return Opened(folder, foundation, recovery, unlock)


def _cut(folder: Folder, torn: TornTail) -> None:
    if torn.offset:
        descriptor = os.open(torn.path, os.O_WRONLY)
        try:
            os.ftruncate(descriptor, torn.offset)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    else:
        torn.path.unlink()
        folder.sync()


def opening_records(
    opened: Opened, accounts: Mapping[str, int], commands: Iterable[Command], time_ms: int
) -> list[Record]:
    """What this start adds to the journal: itself, the accounts that are new, and what was done for them."""
    return [
        Started(opened.recovery.replay.starts + 1, time_ms),
        *(AccountOpened(key, number) for key, number in accounts.items()),
        *commands,
    ]


class DurableStore:
    """The folder while it is served from."""

    def __init__(
        self,
        opened: Opened,
        settings: Durability,
        records: list[Record],
        *,
        call_soon: CallSoon,
        call_later: CallLater,
        on_failure: Callable[[JournalError], None],
        monotonic_ns: Callable[[], int],
    ) -> None:
        """``records`` are what this start adds; they are safe when this returns. Raises JournalError."""
        self._opened = opened
        self.is_synced = settings.sync is not SyncPolicy.NONE
        self.writer = writer = SegmentWriter(opened.folder, opened.foundation, is_synced=self.is_synced)
        last_sequence = _begin(opened, writer, records)
        worker: Worker = WriterThread(call_soon) if self.is_synced else InPlace()
        self.shortage = Shortage(writer, worker, call_later)
        self.journal = GroupCommit(
            writer,
            worker,
            last_sequence=last_sequence,
            one_at_a_time=settings.sync is SyncPolicy.ALWAYS,
            on_failure=on_failure,
            monotonic_ns=monotonic_ns,
        )
        self.journal.segment_records = opened.recovery.replayed + len(records)
        self.snapshotter = Snapshotter(
            opened.folder,
            self.journal,
            writer,
            every_commands=settings.snapshot_commands,
            every_bytes=settings.snapshot_bytes,
            call_soon=call_soon,
        )
        self.journal.on_written = self._written

    def _written(self) -> None:
        self.shortage.look()
        self.snapshotter.look()

    def close(self, snapshot_seconds_max: float) -> None:
        """Write what is pending, take a last snapshot if it is quick enough, and give the folder free.

        Raises JournalError where the pending records cannot be written.
        """
        try:
            self.shortage.close()
            self.snapshotter.stop()
            self.journal.close()
            self.snapshotter.take_last(snapshot_seconds_max)
        finally:
            self._opened.unlock()


def _begin(opened: Opened, writer: SegmentWriter, records: list[Record]) -> int:
    """All in one frame: an exchange is founded as a whole or not at all. Returns the last sequence number."""
    last_sequence = opened.recovery.sequence
    try:
        writer.open(last_sequence)
        writer.write(frame(last_sequence + 1, encode_records(records)))
        writer.refill()
    except OSError as error:
        opened.unlock()
        raise JournalError(
            f"{opened.folder.path}: the journal cannot be written: {error.strerror or error}; make room, or name "
            "another folder"
        ) from error
    return last_sequence + len(records)
