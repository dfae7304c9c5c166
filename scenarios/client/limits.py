"""Time limits for many calls at once, with one timer for all of them.

A gevent.Timeout for each call costs a quarter of all that a call costs. All calls of a client have the same limit, so
they run out in the order in which they began: it is enough to look at the oldest.
"""

from collections import deque
from collections.abc import Callable

import gevent
from greenlet import greenlet

NS_PER_SECOND = 1_000_000_000
LOOK_AGAIN_NS = 100_000_000
"""At the latest: calls that have ended are forgotten then, so that they do not pile up for as long as the limit is."""


class Limit:
    """The time that one call has. Whoever makes the call sets ``over`` when it has ended."""

    __slots__ = ("caller", "give_up_ns", "over")

    def __init__(self, caller: greenlet, give_up_ns: int) -> None:
        self.caller = caller
        self.give_up_ns = give_up_ns
        self.over = False


class TimeLimits:
    """Raises TimeoutError in every caller whose time is up, and not before."""

    def __init__(self, clock: Callable[[], int], timeout_ns: int) -> None:
        self._clock = clock
        self._timeout_ns = timeout_ns
        self._begun: deque[Limit] = deque()
        self._armed = False

    def begin(self) -> Limit:
        """For the greenlet that calls this."""
        limit = Limit(gevent.getcurrent(), self._clock() + self._timeout_ns)
        self._begun.append(limit)
        if not self._armed:
            self._arm()
        return limit

    def _arm(self) -> None:
        wait_ns = min(self._begun[0].give_up_ns - self._clock(), LOOK_AGAIN_NS)
        timer = gevent.get_hub().loop.timer(max(wait_ns, 0) / NS_PER_SECOND, ref=False)
        timer.start(self._look, timer.close, update=True)
        self._armed = True

    def _look(self, close_timer: Callable[[], None]) -> None:
        """Called by the event loop. A caller that is woken runs at once, until it waits for something else."""
        close_timer()
        self._armed = False
        now_ns = self._clock()
        while self._begun and (self._begun[0].over or self._begun[0].give_up_ns <= now_ns):
            limit = self._begun.popleft()
            if not limit.over:
                limit.caller.throw(TimeoutError("timed out"))
        if self._begun and not self._armed:
            self._arm()
