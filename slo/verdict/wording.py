"""Figures as a reader wants them in a sentence."""

from decimal import Decimal


def percent(share: float | Decimal) -> str:
    """``0.9995`` -> "99.95 %". A decimal in full, a float to four decimals of a percent."""
    if isinstance(share, Decimal):
        return f"{_trimmed(f'{share * 100:f}')} %"
    return f"{_trimmed(f'{share * 100:.4f}')} %"


def plural(count: int, noun: str) -> str:
    """``1`` -> "1 request", ``2995`` -> "2,995 requests"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _trimmed(figure: str) -> str:
    return figure.rstrip("0").rstrip(".") if "." in figure else figure
