"""How late the event loop is: a timer that is right to the microsecond, and how long after it we are called."""

import asyncio
from collections.abc import Callable
from typing import Final

from mock_exchange.precise_timer import precise_timer
from mock_exchange.telemetry.histograms import Histogram

PROBE_NS: Final = 100_000_000
"""Ten times a second: often enough to see a stall of one collection, too rare to cost anything."""


class LoopLag:
    """Looks from its making until ``close``; ``on_look`` is called each time, for what has to be done now and then."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        monotonic_ns: Callable[[], int],
        on_look: Callable[[], None] = lambda: None,
    ) -> None:
        self.histogram = Histogram()
        self.last_ns = 0
        self._monotonic_ns = monotonic_ns
        self._on_look = on_look
        self._timer = precise_timer(loop, self._looked)
        self._due_ns = 0
        self._look_again(monotonic_ns())

    def close(self) -> None:
        self._timer.close()

    def _looked(self) -> None:
        now_ns = self._monotonic_ns()
        self.last_ns = max(0, now_ns - self._due_ns)
        self.histogram.add(self.last_ns)
        self._on_look()
        self._look_again(now_ns)

    def _look_again(self, now_ns: int) -> None:
        self._due_ns = now_ns + PROBE_NS
        self._timer.wake_at(self._due_ns)
