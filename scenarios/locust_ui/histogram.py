"""Durations as counts in buckets that grow by a constant factor: small, mergeable, and right within a stated error.

The buckets are those of DDSketch (Masson, Rim and Lee, VLDB 2019, section 2): bucket ``i`` holds what lies above
``growth ** (i - 1)`` and not above ``growth ** i``, and the value told for it is wrong by no more than RELATIVE_ERROR.
Ours adds whole columns at once, which no library for it does. Pure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RELATIVE_ERROR = 0.005
SMALLEST_NS = 1_000
"""What is shorter counts as this."""
LARGEST_NS = 3_600_000_000_000
"""What is longer is told as this, except by ``largest_ns``."""

Nanoseconds: TypeAlias = NDArray[np.int64]
PackedHistogram: TypeAlias = tuple[Sequence[int], Sequence[int], int]
"""Buckets that are not empty, their counts, and the largest value: what a message can carry."""

_GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GROWTH = math.log(_GROWTH)
_BUCKETS = math.ceil(math.log(LARGEST_NS / SMALLEST_NS) / _LOG_GROWTH) + 1


def _no_counts() -> Nanoseconds:
    return np.zeros(_BUCKETS, dtype=np.int64)


@dataclass(slots=True, eq=False)
class Histogram:
    """``largest_ns`` is exact."""

    counts: Nanoseconds = field(default_factory=_no_counts)
    largest_ns: int = 0

    def add(self, values_ns: Nanoseconds) -> None:
        if not len(values_ns):
            return
        within = np.clip(values_ns, SMALLEST_NS, LARGEST_NS)
        buckets = np.ceil(np.log(within / SMALLEST_NS) / _LOG_GROWTH).astype(np.int64)
        self.counts += np.bincount(buckets, minlength=_BUCKETS)
        self.largest_ns = max(self.largest_ns, int(values_ns.max()))

    def merge(self, other: "Histogram") -> None:
        self.counts += other.counts
        self.largest_ns = max(self.largest_ns, other.largest_ns)

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def quantile_ns(self, share: float) -> float | None:
        """The smallest value that at least ``share`` of all do not exceed, within RELATIVE_ERROR; None of nothing."""
        total = self.total
        if not total:
            return None
        rank = max(1, math.ceil(share * total))
        bucket = int(np.searchsorted(np.cumsum(self.counts), rank))
        middle_ns = SMALLEST_NS * 2 * _GROWTH**bucket / (_GROWTH + 1)
        return min(max(middle_ns, SMALLEST_NS), max(self.largest_ns, SMALLEST_NS))

    def packed(self) -> PackedHistogram:
        buckets = np.flatnonzero(self.counts)
        return buckets.tolist(), self.counts[buckets].tolist(), self.largest_ns

    @classmethod
    def unpacked(cls, packed: PackedHistogram) -> "Histogram":
        buckets, counts, largest_ns = packed
        histogram = cls(largest_ns=largest_ns)
        histogram.counts[np.asarray(buckets, dtype=np.int64)] = counts
        return histogram
