"""Makes an exchange's memory again: the newest snapshot that is whole, then every record after it."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.foundation import Foundation
from mock_exchange.durable.records import Record
from mock_exchange.durable.replay import Replay
from mock_exchange.durable.segments import JournalReader, TornTail
from mock_exchange.durable.snapshots import newest_snapshot
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event

Watch = Callable[[Record, Sequence[Event]], None]


def _unwatched(engine: Engine) -> Watch:  # noqa: ARG001 - nobody looks on
    return lambda record, events: None  # noqa: ARG005


@dataclass(frozen=True, slots=True)
class Recovery:
    replay: Replay
    snapshot_sequence: int
    """The last record that came from a snapshot; 0 where there was none."""
    sequence: int
    """The last record of all."""
    torn: TornTail | None
    unreadable: Sequence[str]
    """Newer snapshots that could not be used, and were not needed."""
    journal_bytes: int

    @property
    def replayed(self) -> int:
        return self.sequence - self.snapshot_sequence


def recover(
    folder: Folder,
    foundation: Foundation,
    *,
    through: int | None = None,
    watched_by: Callable[[Engine], Watch] = _unwatched,
) -> Recovery:
    """Changes nothing in the folder. Ends with record ``through`` where one is given.

    ``watched_by`` gets the engine as the snapshot left it; what it returns sees every record after that.

    Raises DataError where the folder is damaged or another exchange's.
    """
    with _nothing_collected():
        return _recover(folder, foundation, through, watched_by)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Nearly all that a recovery makes stays: looking for garbage among it would cost a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _recover(
    folder: Folder, foundation: Foundation, through: int | None, watched_by: Callable[[Engine], Watch]
) -> Recovery:
    replay = Replay(foundation.new_engine())
    start, snapshot, unreadable = newest_snapshot(folder, foundation)
    if snapshot is not None:
        replay.restore(snapshot)
    watch = watched_by(replay.engine)
    reader = JournalReader(folder, foundation, after=start)
    sequence = start
    for batch in reader:
        for record in batch.records:
            watch(record, replay.apply(record))
        sequence = batch.sequence + len(batch.records) - 1
        if through is not None and sequence >= through:
            break
    names = [file.path.name for file in unreadable]
    return Recovery(replay, start, sequence, reader.torn, names, reader.byte_count)
