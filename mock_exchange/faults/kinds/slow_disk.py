"""The disk under the journal takes its time, and so does whatever tells of what is not safe yet, reads included."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import msgspec

from mock_exchange.durable.disk import Disk
from mock_exchange.faults.fault import Fault, NotPossible
from mock_exchange.faults.seams import Seams, Serve
from mock_exchange.faults.touching import touch_writes
from mock_exchange.stages import Ticket

_MS_PER_S: Final = 1000


class SlowDisk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    delay_ms: Annotated[float, msgspec.Meta(ge=0, le=60_000)]

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by()
        journal = seams.journal
        if journal is None or not journal.is_synced:
            raise NotPossible("nothing is synced: start the exchange with --data, and --sync group or always")
        over = threading.Event()
        fast_again = journal.disk.add(lambda disk: _Slow(disk, self.delay_ms / _MS_PER_S, over))
        leave = seams.serving.add(lambda serve: partial(self._serve, fault, serve))

        def end() -> None:
            leave()
            fast_again()
            over.set()

        return end

    def _serve(self, fault: Fault, serve: Serve, ticket: Ticket) -> None:
        serve(ticket)
        touch_writes(fault, ticket)


class _Slow:
    """Called in the journal's thread, which waits for nobody once the fault is over."""

    def __init__(self, disk: Disk, delay_s: float, over: threading.Event) -> None:
        self._disk = disk
        self._delay_s = delay_s
        self._over = over

    def write(self, descriptor: int, data: memoryview) -> int:
        return self._disk.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._over.wait(self._delay_s)
        self._disk.sync(descriptor)

    def take_room(self, path: Path, byte_count: int) -> None:
        self._disk.take_room(path, byte_count)

    def give_room(self, path: Path) -> int:
        return self._disk.give_room(path)
