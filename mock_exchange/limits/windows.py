"""Counting in fixed windows that are aligned on the clock. Pure: whoever counts says what time it is."""

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

_Who = TypeVar("_Who", bound=Hashable)

_UNITS_MS: Final = (("DAY", 86_400_000), ("HOUR", 3_600_000), ("MINUTE", 60_000), ("SECOND", 1000))


def interval_of(window_ms: int) -> tuple[str, int]:
    """How the venue names a window of whole seconds: its largest unit, and how many of them."""
    for unit, unit_ms in _UNITS_MS:
        if window_ms % unit_ms == 0:
            return unit, window_ms // unit_ms
    raise ValueError(f"a window of {window_ms} ms cannot be told to clients: it is not whole seconds")


class Windows(Generic[_Who]):
    """How much everyone has used of the window that is running; earlier ones are forgotten."""

    __slots__ = ("_number", "_used", "limit", "window_ms")

    def __init__(self, limit: int, window_ms: int) -> None:
        self.limit = limit
        self.window_ms = window_ms
        self._number = -1
        """Of the window that is running, counted from the epoch."""
        self._used: dict[_Who, int] = {}

    def add(self, who: _Who, amount: int, now_ms: int) -> int:
        """Returns what is used now, this included."""
        used = self._running(now_ms).get(who, 0) + amount
        self._used[who] = used
        return used

    def used(self, who: _Who, now_ms: int) -> int:
        return self._running(now_ms).get(who, 0)

    def take_back(self, who: _Who, amount: int, now_ms: int, added_ms: int | None = None) -> None:
        """Use less, but never less than nothing; without effect where it was added in another window."""
        if added_ms is not None and added_ms // self.window_ms != now_ms // self.window_ms:
            return
        used = self._running(now_ms).get(who, 0)
        if used:
            self._used[who] = max(0, used - amount)

    def ends_ms(self, now_ms: int) -> int:
        """When the window that is running gives way to the next."""
        return (now_ms // self.window_ms + 1) * self.window_ms

    def _running(self, now_ms: int) -> dict[_Who, int]:
        number = now_ms // self.window_ms
        if number != self._number:
            self._number = number
            self._used.clear()
        return self._used
