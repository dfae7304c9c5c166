"""How long the event loop kept everybody waiting: a greenlet that sleeps a moment and sees how much later it wakes."""

from collections.abc import Callable

import gevent

EVERY_NS = 10_000_000
NS_PER_SECOND = 1_000_000_000


class StallWatch:
    """A stall that begins during the sleep is seen without the part of it that lies before the sleep's end."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._watcher: gevent.Greenlet[..., None] | None = None
        self._longest_ns = 0

    def begin(self) -> None:
        self.end()
        self._longest_ns = 0
        self._watcher = gevent.spawn(self._watch)

    def end(self) -> None:
        if self._watcher is not None:
            self._watcher.kill(block=False)
            self._watcher = None

    def take(self) -> int:
        """The longest since it was last taken, in ns."""
        longest_ns, self._longest_ns = self._longest_ns, 0
        return longest_ns

    def _watch(self) -> None:
        while True:
            due_ns = self._clock() + EVERY_NS
            gevent.sleep(EVERY_NS / NS_PER_SECOND)
            self._longest_ns = max(self._longest_ns, self._clock() - due_ns)
