"""Which stretch of a history is wanted: by id, by time, the latest."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Reversible, Sequence
from itertools import islice
from typing import Final, TypeVar

import msgspec

from mock_exchange.gateway.call import Call
from mock_exchange.gateway.errors import VenueError, bad_combination

_Row = TypeVar("_Row")

KNOWN: Final = frozenset(("startTime", "endTime", "limit"))
_LIMIT_DEFAULT: Final = 500
_LIMIT_MAX: Final = 1000
_DAY_MS: Final = 24 * 60 * 60 * 1000
_FOREVER_MS: Final = 2**63
FROM_THE_LATEST: Final = -1


class Span(msgspec.Struct, frozen=True):
    limit: int
    from_id: int
    """The first id that is wanted; FROM_THE_LATEST where none was named."""
    start_ms: int
    end_ms: int
    is_forward: bool
    """Whether the oldest that fit are wanted, as where it is said what to begin with; otherwise the latest."""

    def of(
        self, history: Reversible[_Row], row_id: Callable[[_Row], int], time_ms: Callable[[_Row], int]
    ) -> list[_Row]:
        """The wanted rows of a history, oldest first. Ids grow in it; times may step back, as a clock may."""
        return self.first_of(self.walk(history, row_id, time_ms))

    def walk(
        self, history: Reversible[_Row], row_id: Callable[[_Row], int], time_ms: Callable[[_Row], int]
    ) -> Iterator[_Row]:
        """All that fit, one by one: from the newest back or, where the oldest are wanted, forward.

        Histories are long and limits short, so nobody may look at more of one than it takes to fill the limit.
        """
        rows = self._from_first(history, row_id) if self.is_forward else reversed(history)
        start_ms, end_ms = self.start_ms, self.end_ms
        if start_ms == 0 and end_ms == _FOREVER_MS:
            return rows
        return (row for row in rows if start_ms <= time_ms(row) <= end_ms)

    def _from_first(self, history: Reversible[_Row], row_id: Callable[[_Row], int]) -> Iterator[_Row]:
        if self.from_id == FROM_THE_LATEST:
            return iter(history)
        rows = history if isinstance(history, Sequence) else list(history)
        first = bisect_left(rows, self.from_id, key=row_id)
        return map(rows.__getitem__, range(first, len(rows)))

    def first_of(self, rows: Iterable[_Row]) -> list[_Row]:
        """As many as are wanted of those that ``walk`` came upon, oldest first."""
        chosen = list(islice(rows, self.limit))
        return chosen if self.is_forward else chosen[::-1]


def span(call: Call, from_id: str) -> Span:
    """From ``startTime``, ``endTime``, ``limit`` and the parameter that names the first id. At most 24 hours."""
    start_ms, end_ms = call.time("startTime"), call.time("endTime")
    if start_ms is not None and end_ms is not None:
        _check_times(start_ms, end_ms)
    first = call.integer(from_id, FROM_THE_LATEST)
    limit = call.limit(_LIMIT_DEFAULT, _LIMIT_MAX)
    is_forward = first != FROM_THE_LATEST or start_ms is not None
    return Span(limit, first, start_ms or 0, _FOREVER_MS if end_ms is None else end_ms, is_forward)


def _check_times(start_ms: int, end_ms: int) -> None:
    if end_ms < start_ms:
        raise bad_combination()
    if end_ms - start_ms > _DAY_MS:
        raise VenueError(-1127, "More than 24 hours between startTime and endTime.")
