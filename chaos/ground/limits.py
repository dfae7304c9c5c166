"""Who limits a process's share of the processor, so that overlapping limits do not end each other."""

import threading
from collections.abc import Callable


class CpuLimits:
    """The lowest limit holds; without any, none. Thread-safe: each fault is applied in its own thread."""

    def __init__(self, limit: Callable[[float | None], None]) -> None:
        """``limit`` sets so many percent of one core; None lifts the limit."""
        self._limit = limit
        self._percent: dict[str, float] = {}
        self._lock = threading.Lock()

    def add(self, holder: str, percent: float) -> None:
        with self._lock:
            self._limit(min([percent, *self._percent.values()]))
            self._percent[holder] = percent

    def remove(self, holder: str) -> None:
        """Does nothing more when done again."""
        with self._lock:
            if self._percent.pop(holder, None) is not None:
                self._limit(min(self._percent.values(), default=None))
