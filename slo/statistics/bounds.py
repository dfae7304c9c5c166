"""One-sided exact (Clopper-Pearson) 95 % bounds on a share, for display. ``decision`` decides; these only show.

Rounded outwards to nine decimals: a printed bound never claims more than was shown.
"""

from math import ceil, floor

from scipy.special import betaincinv

from slo.statistics.decision import ALPHA

_STEPS = 10**9


def lower_bound(good: int, total: int) -> float:
    """The share that is exceeded with 95 % confidence. ``total`` must be positive."""
    if good == 0:
        return 0.0
    return floor(float(betaincinv(good, total - good + 1, float(ALPHA))) * _STEPS) / _STEPS


def upper_bound(good: int, total: int) -> float:
    """The share that is not reached with 95 % confidence. ``total`` must be positive."""
    if good == total:
        return 1.0
    return ceil(float(betaincinv(good + 1, total - good, 1 - float(ALPHA))) * _STEPS) / _STEPS
