"""Exact quantiles of raw values by nearest rank, and a distribution-free upper bound that knows when to be silent."""

from decimal import ROUND_CEILING, Decimal
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrik

from slo.statistics.decision import CONFIDENCE, compare_lower_tail
from slo.statistics.requests import requests_needed


class TooFewValuesError(ValueError):
    """A quantile's bound was asked of fewer values than can support one."""

    def __init__(self, quantile: Decimal, values: int, needed: int) -> None:
        super().__init__(
            f"{values} values cannot bound the {quantile} quantile at 95 % confidence: it takes at least {needed}. "
            "Send more requests, or ask for a lower quantile."
        )
        self.quantile, self.values, self.needed = quantile, values, needed


def nearest_rank(values: NDArray[np.float64], quantile: Decimal) -> float | None:
    """The smallest value that at least ``quantile`` (in (0, 1]) of all values do not exceed. None without values.

    No interpolation: the result is one of the values. Its rank is ceil(quantile x n), from an exact product.
    """
    if values.size == 0:
        return None
    rank = int((quantile * values.size).to_integral_value(ROUND_CEILING))
    return float(np.partition(values, rank - 1)[rank - 1])


def values_needed(quantile: Decimal) -> int:
    """Fewest values of which the largest bounds ``quantile`` at 95 %: 59 for p95, 299 for p99, 2,995 for p99.9."""
    return requests_needed(quantile)


def quantile_upper_bound(values: NDArray[np.float64], quantile: Decimal) -> float:
    """One-sided 95 % upper bound on the ``quantile`` of what the values were drawn from, whatever its distribution.

    It is the value of the smallest rank u with P(Bin(n, quantile) < u) >= 0.95. Raises :class:`TooFewValuesError` below
    :func:`values_needed` values, where no value is that high.
    """
    if values.size < values_needed(quantile):
        raise TooFewValuesError(quantile, values.size, values_needed(quantile))
    rank = ceil(bdtrik(float(CONFIDENCE), values.size, float(quantile))) + 1
    while compare_lower_tail(values.size, quantile, rank - 2, CONFIDENCE) >= 0:
        rank -= 1
    while compare_lower_tail(values.size, quantile, rank - 1, CONFIDENCE) < 0:
        rank += 1
    return float(np.partition(values, rank - 1)[rank - 1])
