"""The files that the journal is written to. Every call blocks: whoever must not wait calls from a thread of its own."""

import errno
import os
from collections.abc import Callable
from typing import TypeVar

from mock_exchange.durable.disk import NO_ROOM, Disk, RealDisk, Reserve
from mock_exchange.durable.folder import Folder
from mock_exchange.durable.foundation import Foundation
from mock_exchange.durable.frames import frame
from mock_exchange.durable.records import Header, encode_header

_T = TypeVar("_T")


class SegmentWriter:
    """Appends to the newest segment, and begins new ones.

    Where there is no room it gives the reserve away and tries once more. After any other OSError it writes nothing
    more: behind half a record, whole ones would be damage in the middle, and after a failed sync a second one would say
    that all is well, whatever the page cache has lost.
    """

    def __init__(self, folder: Folder, foundation: Foundation, *, is_synced: bool) -> None:
        """``is_synced`` False leaves it to the system when bytes reach the disk."""
        self._folder = folder
        self._foundation = foundation
        self._is_synced = is_synced
        self._descriptor = -1
        self._is_broken = False
        self.disk: Disk = RealDisk()
        self.reserve = Reserve(folder.reserve_path)
        self.segment_bytes = 0

    def open(self, last_sequence: int) -> None:
        """Go on in the newest segment, or begin the first one after ``last_sequence``."""
        segments = self._folder.journals()
        if not segments:
            self.begin_segment(last_sequence)
            return
        path = segments[-1].path
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self.segment_bytes = path.stat().st_size

    def begin_segment(self, last_sequence: int) -> None:
        """What is written from now on goes to a new file, which begins after ``last_sequence``."""
        path = self._folder.journal_path(last_sequence)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = self._with_room(lambda: os.open(path, flags, 0o644))
        self.close()
        self._descriptor = descriptor
        self.segment_bytes = 0
        self.write(frame(0, encode_header(Header("journal", last_sequence, self._foundation))))
        self._folder.sync()

    def write(self, data: bytes) -> None:
        """Returns when the data is as safe as the policy wants it."""
        if self._is_broken:
            raise OSError(errno.EIO, "an earlier write failed")
        self._is_broken = True
        self._with_room(lambda: self._put(memoryview(data)))
        if self._is_synced:
            self.disk.sync(self._descriptor)
        self._is_broken = False
        self.segment_bytes += len(data)

    def refill(self) -> None:
        """Have a reserve again, if there is room for one."""
        self.reserve.refill(self.disk)

    def _with_room(self, attempt: Callable[[], _T]) -> _T:
        try:
            return attempt()
        except OSError as error:
            if error.errno not in NO_ROOM or not self.reserve.spend(self.disk):
                raise
            return attempt()

    def _put(self, rest: memoryview) -> None:
        """All of it or, where there is no room, nothing."""
        try:
            while rest:
                rest = rest[self.disk.write(self._descriptor, rest) :]
        except OSError as error:
            if error.errno in NO_ROOM:
                os.ftruncate(self._descriptor, self.segment_bytes)
            raise

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
