"""Durations counted into buckets, many at a time and off the way of any request. OpenTelemetry is elsewhere."""

from bisect import bisect_left
from collections.abc import Sequence
from struct import Struct
from typing import Final

import numpy as np
import numpy.typing as npt

from mock_exchange.stages import STAGES, Ticket, Turn

BOUNDS_NS: Final = (*(step * 10**power for power in range(4, 10) for step in (1, 2, 5)), 10**10)
"""Upper bounds, inclusive: 10 us, 20 us, 50 us, 100 us ... 10 s. What lies above the last is counted too."""


_BOUNDS = np.array(BOUNDS_NS)
_ROW_NUMBERS = len(STAGES) + 2
"""The kind, and the moments that the stages lie between."""
_pack_row = Struct(f"={_ROW_NUMBERS}q").pack
_ROWS_BYTES_MAX = 2048 * _ROW_NUMBERS * 8
"""Then they are counted, so that a busy exchange neither piles them up nor stands still over them."""

RequestKind = tuple[str, int, type[Turn]]
"""Operation, status, and what it came through."""


class Histogram:
    """How many durations fell between which bounds, and their sum."""

    __slots__ = ("counts", "sum_ns")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_NS) + 1)
        """By the first bound that is not exceeded; the last place is for what exceeds them all."""
        self.sum_ns = 0

    def add(self, duration_ns: int) -> None:
        self.counts[bisect_left(BOUNDS_NS, duration_ns)] += 1
        self.sum_ns += duration_ns

    def with_all_of(self, other: "Histogram") -> "Histogram":
        """A new one, of both."""
        both = Histogram()
        both.counts = [one + another for one, another in zip(self.counts, other.counts, strict=True)]
        both.sum_ns = self.sum_ns + other.sum_ns
        return both

    def add_all(self, durations_ns: npt.NDArray[np.int64]) -> None:
        places = np.bincount(np.searchsorted(_BOUNDS, durations_ns), minlength=len(self.counts))
        for place, count in enumerate(places.tolist()):
            self.counts[place] += count
        self.sum_ns += int(durations_ns.sum())


class DurationLog:
    """Histograms of what the queue served: whole requests by operation and status, and their stages.

    A request's moments are noted as bytes and counted later, many at a time, by NumPy: for each by itself it took three
    times as long. ``record`` and ``fold`` are for the event loop; other threads may read the histograms at any time.
    """

    __slots__ = ("_kinds", "_rows", "requests", "stages")

    def __init__(self) -> None:
        self.requests: dict[RequestKind, Histogram] = {}
        """From the last byte read to the reply written."""
        self.stages = tuple(Histogram() for _ in STAGES)
        self._kinds: dict[RequestKind, int] = {}
        """The places of the keys of ``requests``."""
        self._rows = bytearray()
        """Kind and moments of each request that was not counted yet."""

    def record(self, tickets: Sequence[Ticket], synced_ns: int, written_ns: int) -> None:
        """A batch that was safe, and whose replies were written, then."""
        rows, kinds = self._rows, self._kinds
        for ticket in tickets:
            kind = ticket.operation, ticket.status, ticket.turn.__class__
            rows += _pack_row(
                kinds[kind] if kind in kinds else self._place_of(kind),
                ticket.accepted_ns,
                ticket.parsed_ns,
                ticket.queued_ns,
                ticket.taken_ns,
                ticket.matched_ns,
                synced_ns,
                written_ns,
            )
        if len(rows) >= _ROWS_BYTES_MAX:
            self.fold()

    def fold(self) -> None:
        """Count what was noted: whoever reads next sees it."""
        if not self._rows:
            return
        rows = np.frombuffer(bytes(self._rows), dtype=np.int64).reshape(-1, _ROW_NUMBERS)
        self._rows.clear()
        for stage, durations_ns in zip(self.stages, np.diff(rows[:, 1:], axis=1).T, strict=True):
            stage.add_all(durations_ns)
        whole_ns = rows[:, -1] - rows[:, 1]
        for place, histogram in enumerate(self.requests.values()):
            histogram.add_all(whole_ns[rows[:, 0] == place])

    def _place_of(self, kind: RequestKind) -> int:
        self.requests[kind] = Histogram()
        return self._kinds.setdefault(kind, len(self._kinds))
