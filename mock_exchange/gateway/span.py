"""Which stretch of a history is wanted: by id, by time, the latest."""

from collections.abc import Callable, Iterable
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

    def of(self, rows: Iterable[_Row], row_id: Callable[[_Row], int], time_ms: Callable[[_Row], int]) -> list[_Row]:
        """The wanted rows of those given, oldest first, in their order."""
        fitting = [row for row in rows if row_id(row) >= self.from_id and self.start_ms <= time_ms(row) <= self.end_ms]
        return fitting[: self.limit] if self.is_forward else fitting[-self.limit :]


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
