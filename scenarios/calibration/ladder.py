"""The search for the highest rate that holds."""

from collections.abc import Callable

HALVINGS = 3
"""Each takes the root of the factor between the highest rate that holds and the lowest that does not: of 2, three of
them leave 1.09."""


def highest(holds: Callable[[int], bool], first: int, most: int, halvings: int = HALVINGS) -> int | None:
    """The highest rate found to hold, up to ``most``: doubled from ``first`` on, then narrowed down between.

    None where ``first`` does not hold. A rate that does not is tried once more, so that what disturbed it in passing
    does not decide; ``holds`` is asked at most twice about any rate.
    """
    below, above = _doubled(holds, first, most)
    if below is None or above is None:
        return below
    for _ in range(halvings):
        between = rounded((below * above) ** 0.5)
        if not below < between < above:
            break
        if _holds_at_last(holds, between):
            below = between
        else:
            above = between
    return below


def _doubled(holds: Callable[[int], bool], first: int, most: int) -> tuple[int | None, int | None]:
    """The highest that held, and the lowest that did not; None where there was none."""
    below, rate = None, first
    while _holds_at_last(holds, rate):
        below = rate
        if rate == most:
            return below, None
        rate = min(2 * rate, most)
    return below, rate


def _holds_at_last(holds: Callable[[int], bool], rate: int) -> bool:
    return holds(rate) or holds(rate)


def rounded(rate: float) -> int:
    """To two digits: no more are known."""
    unit = 10 ** (len(str(round(rate))) - 2)
    return round(rate / unit) * unit if unit >= 1 else round(rate)
