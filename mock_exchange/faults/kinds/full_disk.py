"""The disk under the journal is full: what changes anything is refused until there is room again."""

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from mock_exchange.durable.disk import Disk
from mock_exchange.faults.fault import Fault, NotPossible
from mock_exchange.faults.seams import Seams, Submit
from mock_exchange.faults.touching import touch_writes
from mock_exchange.stages import Ticket


class FullDisk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by()
        journal = seams.journal
        if journal is None:
            raise NotPossible("nothing is written: start the exchange with --data")
        full = _Room()
        empty = journal.disk.add(lambda disk: _Full(disk, full))
        leave = seams.submitting.add(lambda submit: partial(self._submit, fault, submit))

        def end() -> None:
            leave()
            empty()
            journal.look_for_room()

        return end

    def _submit(self, fault: Fault, submit: Submit, ticket: Ticket) -> bool:
        touch_writes(fault, ticket)
        return submit(ticket)


class _Room:
    """What has been freed on a disk that had nothing left."""

    def __init__(self) -> None:
        self.bytes = 0

    def take(self, byte_count: int) -> None:
        if byte_count > self.bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.bytes -= byte_count


class _Full:
    """Called in the journal's thread. Its room outlives it: layers are made anew when another one comes or goes."""

    def __init__(self, disk: Disk, room: _Room) -> None:
        self._disk = disk
        self._room = room

    def write(self, descriptor: int, data: memoryview) -> int:
        self._room.take(len(data))
        return self._disk.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._disk.sync(descriptor)

    def take_room(self, path: Path, byte_count: int) -> None:
        self._room.take(byte_count)
        self._disk.take_room(path, byte_count)

    def give_room(self, path: Path) -> int:
        freed = self._disk.give_room(path)
        self._room.bytes += freed
        return freed
