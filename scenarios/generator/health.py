"""How this generator does, written down each second: processor, event loop, calls, waits for a connection."""

from collections.abc import Callable
from pathlib import Path

import gevent

from scenarios.client import CallCounts
from scenarios.stalls import StallWatch
from slo.history import HealthSecond

NS_PER_SECOND = 1_000_000_000


class HealthWatch:
    """Appends a line to ``file`` at each full second of the run, and one for the rest when it ends.

    ``clock`` gives ns since the run's start, ``busy_clock`` the processor time of this thread. A line takes some 30
    microseconds.
    """

    def __init__(
        self, file: Path, worker: int, clock: Callable[[], int], busy_clock: Callable[[], int], counts: CallCounts
    ) -> None:
        self._worker = worker
        self._clock, self._busy_clock, self._counts = clock, busy_clock, counts
        self._stalls = StallWatch(clock)
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("a", encoding="utf-8")
        self._watcher: gevent.Greenlet[..., None] | None = None

    def begin(self) -> None:
        self._since_ns, self._busy_since_ns = self._clock(), self._busy_clock()
        self._stalls.begin()
        self._watcher = gevent.spawn(self._watch)

    def end(self) -> None:
        if self._watcher is not None:
            self._watcher.kill()
            self._write()
        self._stalls.end()
        self._file.close()

    def _watch(self) -> None:
        while True:
            gevent.sleep((NS_PER_SECOND - self._clock() % NS_PER_SECOND) / NS_PER_SECOND)
            self._write()

    def _write(self) -> None:
        now_ns, busy_ns = self._clock(), self._busy_clock()
        if now_ns <= self._since_ns:
            return
        stalls, counts = self._stalls.take(), self._counts.take()
        second = HealthSecond(
            worker=self._worker,
            start_ns=self._since_ns,
            end_ns=now_ns,
            busy_ns=busy_ns - self._busy_since_ns,
            stall_ns_max=stalls.longest_ns,
            stalled_ns=stalls.total_ns,
            calls=counts.calls,
            pool_waits=counts.pool_waits,
            pool_wait_ns_max=counts.pool_wait_ns_max,
        )
        self._file.write(second.model_dump_json() + "\n")
        self._file.flush()
        self._since_ns, self._busy_since_ns = now_ns, busy_ns
