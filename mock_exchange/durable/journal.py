"""The journal while it is served: commands are noted at once, written together, and acknowledged when that is safe.

Group commit: one write with its sync is under way at a time, in a thread, and everything that comes meanwhile shares
the next one. The busier the exchange, the more commands share a sync; an idle one waits for nobody.
"""

import logging
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Protocol

from mock_exchange.durable.frames import frame
from mock_exchange.durable.records import Record, encode_record, join_records
from mock_exchange.durable.segment_writer import SegmentWriter
from mock_exchange.errors import JournalError

_LOGGER = logging.getLogger(__name__)
_BATCH_MAX = 10_000
"""Records in a frame: a reader holds one in memory."""


class SyncPolicy(StrEnum):
    ALWAYS = "always"
    """Every command has a sync of its own."""
    GROUP = "group"
    """Commands that come during a sync share the next one."""
    NONE = "none"
    """Written before it is acknowledged, never synced: survives the process, not the host."""


class Worker(Protocol):
    """Who does what blocks."""

    def submit(self, job: Callable[[], None], done: Callable[[OSError | None], None]) -> None:
        """Do the job, then call ``done`` in the event loop; one job at a time."""

    def close(self) -> None:
        """Finish the job that is under way; its ``done`` is not called any more."""


class GroupCommit:
    """Implements ``commitment.Journal``. Lives in the event loop; only its jobs run elsewhere."""

    def __init__(
        self,
        writer: SegmentWriter,
        worker: Worker,
        *,
        last_sequence: int,
        one_at_a_time: bool = False,
        on_failure: Callable[[JournalError], None],
        monotonic_ns: Callable[[], int],
    ) -> None:
        self._writer = writer
        self._worker = worker
        self._batch_max = 1 if one_at_a_time else _BATCH_MAX
        self._on_failure = on_failure
        self._monotonic_ns = monotonic_ns
        self._pending: list[bytes] = []
        """Records, each encoded."""
        self._taken = last_sequence
        """The last record that was handed to the worker."""
        self.durable = last_sequence
        """The last record that is safe."""
        self._waiting: deque[tuple[int, Callable[[], None]]] = deque()
        self._is_closed = False
        self._is_segment_complete = False
        self._write_ns = 0
        self.on_segment: Callable[[int], None] = lambda sequence: None  # noqa: ARG005
        """Called with the last record of a segment that is complete."""
        self.on_written: Callable[[], None] = lambda: None
        """Called after every write that went well."""
        self.sync_count = 0
        self.sync_ns = 0
        """Time that writes and syncs took together."""
        self.written_bytes = 0
        self.segment_records = 0
        """Records written to the newest segment since it began, or since the start."""

    @property
    def pending_count(self) -> int:
        """Records that are not safe yet."""
        return self._taken + len(self._pending) - self.durable

    def append(self, record: Record) -> None:
        """Note a record. It is encoded now, so that what cannot be written is refused before it is done.

        Raises OverflowError for an integer that needs more than 64 bits.
        """
        self._pending.append(encode_record(record))

    def when_durable(self, then: Callable[[], None]) -> None:
        if self._is_closed:
            return  # what is not safe now never will be, so nobody is told of it
        noted = self._taken + len(self._pending)
        if noted == self.durable:
            then()
            return
        self._waiting.append((noted, then))
        self._begin_write()

    def begin_segment(self) -> None:
        """Complete this segment with what was written so far; the next write goes to a new one. An empty one stays."""
        self._is_segment_complete = True

    def _begin_write(self) -> None:
        if self._taken != self.durable or not self._pending:
            return  # one at a time; the end of this one begins the next
        batch = self._pending[: self._batch_max]
        del self._pending[: self._batch_max]
        data = frame(self._taken + 1, join_records(batch))
        complete = self._taken if self._is_segment_complete and self.segment_records else None
        self._is_segment_complete = False
        self.segment_records = len(batch) + (0 if complete is not None else self.segment_records)
        self._taken += len(batch)
        self.written_bytes += len(data)
        self._worker.submit(partial(self._write, data, complete), partial(self._written, complete))

    def _write(self, data: bytes, complete: int | None) -> None:
        """The worker's part."""
        began_ns = self._monotonic_ns()
        if complete is not None:
            self._writer.begin_segment(complete)
        self._writer.write(data)
        self._write_ns = self._monotonic_ns() - began_ns

    def _written(self, complete: int | None, error: OSError | None) -> None:
        if self._is_closed:
            return
        if error is not None:
            self._fail(error)
            return
        self.sync_count += 1
        self.sync_ns += self._write_ns
        self.durable = self._taken
        self.on_written()
        self._begin_write()
        self._tell()
        if complete is not None:
            self.on_segment(complete)

    def _tell(self) -> None:
        """Call back, in order, everyone whose records are safe."""
        waiting = self._waiting
        while waiting and waiting[0][0] <= self.durable:
            _, then = waiting.popleft()
            try:
                then()
            except Exception:
                # One reply that cannot be given must not keep the others from theirs.
                _LOGGER.exception("what waited for the journal failed")

    def _fail(self, error: OSError) -> None:
        self._is_closed = True
        self._waiting.clear()
        self._on_failure(
            JournalError(
                f"the journal cannot be written: {error.strerror or error}; the exchange stops, and what it has "
                "acknowledged is safe: make room or mend the disk, then start it again with the same folder"
            )
        )

    def close(self) -> None:
        """Write what is pending, tell nobody. Raises JournalError where that fails."""
        self._worker.close()
        if not self._is_closed:
            self._is_closed = True
            try:
                if self._pending:
                    self._writer.write(frame(self._taken + 1, join_records(self._pending)))
                    self._taken += len(self._pending)
                    self._pending.clear()
                self.durable = self._taken
            except OSError as error:
                raise JournalError(f"the journal cannot be written: {error.strerror or error}") from error
        self._writer.close()
