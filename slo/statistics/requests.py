"""How many requests a claim needs, and the best claim that so many requests can support."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from functools import lru_cache

from scipy.special import betaincc, chdtri

from slo.statistics.decision import ALPHA, shows_target


@lru_cache(maxsize=1024)
def requests_needed(target: Decimal, failures: int = 0) -> int:
    """Fewest requests that show ``target`` (in (0, 1)) at 95 % when ``failures`` of them fail.

    Without failures ln(0.05) / ln(target): 299 for 99 %, 2,995 for 99.9 %.
    """
    needed = _needed_without_failures(target) if failures == 0 else _needed_nearly(float(1 - target), failures)
    while needed > failures + 1 and _enough(needed - 1, target, failures):
        needed -= 1
    while not _enough(needed, target, failures):
        needed += 1
    return needed


def best_supportable(requests: int) -> float:
    """The highest target that ``requests`` successes out of as many show at 95 %: 0.05 ** (1 / requests).

    Rounded down to nine decimals. ``requests`` must be positive.
    """
    with localcontext(prec=40):
        best = ALPHA ** (1 / Decimal(requests))
        return float(best.quantize(Decimal("1e-9"), ROUND_FLOOR))


def _needed_without_failures(target: Decimal) -> int:
    with localcontext(prec=40):
        return int((ALPHA.ln() / target.ln()).to_integral_value(ROUND_CEILING))


def _needed_nearly(failure_rate: float, failures: int) -> int:
    """By bisection on floats, around the Poisson approximation; the caller settles the last request exactly."""
    centre = chdtri(2 * failures + 2, float(ALPHA)) / (2 * failure_rate)
    too_few, enough = failures, int(centre) + failures + 10
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if betaincc(failures + 1, middle - failures, failure_rate) <= float(ALPHA):
            enough = middle
        else:
            too_few = middle
    return enough


def _enough(requests: int, target: Decimal, failures: int) -> bool:
    return shows_target(requests - failures, requests, target)
