"""How long the event loop kept everybody waiting: a greenlet that sleeps a moment and sees how much later it wakes."""

from collections.abc import Callable
from typing import NamedTuple

import gevent

EVERY_NS = 10_000_000
STALL_NS_MIN = 10_000_000
"""What is shorter is a busy loop's ordinary work and no stall."""
NS_PER_SECOND = 1_000_000_000


class Stalls(NamedTuple):
    """The longest time that the loop stood still, however short, and the sum of all from 10 ms on."""

    longest_ns: int = 0
    total_ns: int = 0


class StallWatch:
    """A stall that begins during the sleep is seen without the part of it that lies before the sleep's end."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._watcher: gevent.Greenlet[..., None] | None = None
        self._seen = Stalls()

    def begin(self) -> None:
        self.end()
        self._seen = Stalls()
        self._watcher = gevent.spawn(self._watch)

    def end(self) -> None:
        if self._watcher is not None:
            self._watcher.kill(block=False)
            self._watcher = None

    def take(self) -> Stalls:
        """Since they were last taken."""
        seen, self._seen = self._seen, Stalls()
        return seen

    def _watch(self) -> None:
        while True:
            due_ns = self._clock() + EVERY_NS
            gevent.sleep(EVERY_NS / NS_PER_SECOND)
            late_ns = self._clock() - due_ns
            longest_ns, total_ns = self._seen
            stalled_ns = late_ns if late_ns >= STALL_NS_MIN else 0
            self._seen = Stalls(max(longest_ns, late_ns), total_ns + stalled_ns)
