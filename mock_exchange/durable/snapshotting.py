"""When a snapshot is taken, and by whom: by a process beside the service, which never stands still for it.

That process does what a recovery does, from the last snapshot and the segments that are complete, and writes down what
came out. So every snapshot is also a rehearsal of recovery, and one that fails costs nothing but time.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.journal import GroupCommit
from mock_exchange.durable.segment_writer import SegmentWriter
from mock_exchange.durable.snapshots import remove_outdated

_LOGGER = logging.getLogger(__name__)


class Snapshotter:
    """Lives in the event loop; asks for a new segment when this one is long enough, then has the old one summed up."""

    def __init__(
        self,
        folder: Folder,
        journal: GroupCommit,
        writer: SegmentWriter,
        *,
        every_commands: int,
        every_bytes: int,
        call_soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._writer = writer
        self._every_commands = every_commands
        self._every_bytes = every_bytes
        self._call_soon = call_soon
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._is_busy = False
        self._is_stopped = False
        self.taken_count = 0
        self.failed_count = 0
        journal.on_segment = self._take

    def look(self) -> None:
        """Something was written."""
        is_long = (
            self._journal.segment_records >= self._every_commands or self._writer.segment_bytes >= self._every_bytes
        )
        if is_long and not self._is_busy and not self._is_stopped:
            self._is_busy = True
            self._journal.begin_segment()

    def _take(self, sequence: int) -> None:
        self._thread = threading.Thread(target=self._run, args=(sequence,), name="snapshot", daemon=True)
        self._thread.start()

    def _run(self, sequence: int) -> None:
        """In a thread: waiting for the other process is all that it does."""
        is_taken = self._is_taken(sequence, timeout_s=None)
        if not self._is_stopped:
            self._call_soon(lambda: self._ended(is_taken=is_taken))

    def _is_taken(self, sequence: int, timeout_s: float | None) -> bool:
        self._process = subprocess.Popen(
            snapshot_command(self._folder.path, sequence), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        if self._is_stopped and timeout_s is None:
            self._kill()  # it was stopped between two lines of ours
        try:
            code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._kill()
            return False
        if code == 0:
            remove_outdated(self._folder)
        return code == 0

    def _ended(self, *, is_taken: bool) -> None:
        self._is_busy = False
        if is_taken:
            self.taken_count += 1
        else:
            self.failed_count += 1
            _LOGGER.error("%s: a snapshot could not be taken; the journal keeps everything", self._folder.path)

    def take_last(self, timeout_s: float) -> None:
        """At the end, when the journal is closed: sum everything up, so that the next start has nothing to replay."""
        if self._journal.segment_records:
            self._is_taken(self._journal.durable, timeout_s)

    def stop(self) -> None:
        """Take no more, and give up the one that is being taken."""
        self._is_stopped = True
        self._kill()
        if self._thread is not None:
            self._thread.join()

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def snapshot_command(folder: Path, sequence: int) -> list[str]:
    return [sys.executable, "-m", "mock_exchange.durable.take_snapshot", str(folder), str(sequence), str(os.getpid())]
