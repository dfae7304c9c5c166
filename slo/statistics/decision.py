"""Decides, without floats, whether a count of good events shows or refutes a target.

The one-sided exact (Clopper-Pearson) lower bound on a proportion is the p at which P(X >= good) = alpha for
X ~ Bin(total, p). That probability rises with p, so "the bound reaches the target" is the same as
P(X >= good) <= alpha at p = target, which needs no bound: a binomial tail at a decimal p is a decimal. It is summed
at 60 digits; where it comes within 1e-40 of alpha, integers decide.
"""

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from fractions import Fraction
from math import comb

CONFIDENCE = Decimal("0.95")
ALPHA = 1 - CONFIDENCE

_PRECISION = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_TOO_CLOSE = Decimal("1e-40")
"""Rounding of some 10**7 terms at 60 digits stays far below this."""


def shows_target(good: int, total: int, target: Decimal) -> bool:
    """Whether the one-sided 95 % lower bound on good / total is at least ``target``. False without events."""
    if total == 0 or good == 0:
        return total > 0 and target == 0
    return compare_lower_tail(total, _complement(target), total - good, ALPHA) <= 0


def refutes_target(good: int, total: int, target: Decimal) -> bool:
    """Whether the one-sided 95 % upper bound on good / total is below ``target``. False without events."""
    return compare_lower_tail(total, target, good, ALPHA) < 0


def compare_lower_tail(trials: int, probability: Decimal, most: int, threshold: Decimal) -> int:
    """Sign of P(X <= most) - threshold, for X ~ Bin(trials, probability): -1, 0 or 1, and 0 only if exactly equal."""
    if most < 0 or most >= trials:
        certain = Decimal(0 if most < 0 else 1)
        return (certain > threshold) - (certain < threshold)
    if probability * 2 > 1:  # the other tail is the shorter sum
        return -compare_lower_tail(trials, _complement(probability), trials - most - 1, _complement(threshold))
    with localcontext(_PRECISION):
        sign = _compare_sum(trials, probability, most, threshold)
    return _compare_exactly(trials, probability, most, threshold) if sign is None else sign


def _complement(share: Decimal) -> Decimal:
    """1 - share, not cut to the 28 digits of the caller's context."""
    with localcontext(_PRECISION):
        return 1 - share


def _compare_sum(trials: int, probability: Decimal, most: int, threshold: Decimal) -> int | None:
    """The same from a sum at 60 digits, left as soon as it exceeds the threshold. None: too close to call."""
    odds = probability / (1 - probability)
    enough = threshold + _TOO_CLOSE
    term = total = (1 - probability) ** trials
    for successes in range(most):
        if total > enough:
            return 1
        term = term * odds * (trials - successes) / (successes + 1)
        total += term
    if total > enough:
        return 1
    return -1 if total < threshold - _TOO_CLOSE else None


def _compare_exactly(trials: int, probability: Decimal, most: int, threshold: Decimal) -> int:
    hit, all_ways = probability.as_integer_ratio()
    miss = all_ways - hit
    ways: int = sum(comb(trials, k) * hit**k * miss ** (trials - k) for k in range(most + 1))
    needed: Fraction = Fraction(threshold) * all_ways**trials
    return (ways > needed) - (ways < needed)
