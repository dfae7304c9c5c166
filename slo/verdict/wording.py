"""Figures as a reader wants them in a sentence, rounded so that no sentence says more than was shown."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_STEP = Decimal("0.0001")


def percent(share: float | Decimal) -> str:
    """``0.9995`` -> "99.95 %". A decimal in full; a float down to four decimals, so that only all of it is 100 %."""
    return _written(share * 100 if isinstance(share, Decimal) else _rounded(share, ROUND_FLOOR))


def percent_at_most(share: float) -> str:
    """The same, rounded up: for upper bounds."""
    return _written(_rounded(share, ROUND_CEILING))


def plural(count: int, noun: str) -> str:
    """``1`` -> "1 request", ``2995`` -> "2,995 requests"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _rounded(share: float, rounding: str) -> Decimal:
    return (Decimal(repr(share)) * 100).quantize(_STEP, rounding)


def _written(figure: Decimal) -> str:
    text = f"{figure:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"
