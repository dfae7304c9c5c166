"""Whether a signed request is timely, and until when.

A request is accepted if its timestamp is less than a second ahead of the server and at most recvWindow behind it. The
venue tests this on arrival and again before the engine, so that a request which waited too long is refused, not
executed. Source: Binance Spot API documentation, timing security.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from mock_exchange.gateway.errors import VenueError, illegal, mandatory, too_early, too_late

NEVER_NS: Final = 2**63 - 1
"""For requests without a window."""

_AHEAD_US_MAX = 1_000_000
_WINDOW_DEFAULT_US = 5_000_000
_WINDOW_US_MAX = 60_000_000
_MICROSECOND_DIGITS = 16
_LEGAL_INTEGER = "^[0-9]{1,20}$"
_LEGAL_WINDOW = "^[0-9]{1,20}(\\.[0-9]{1,3})?$"


def time_left_ns(parameters: Mapping[str, str], now_ns: int) -> int:
    """How much of the request's window is left at the wall time ``now_ns``. VenueError -1021, -1100, -1102, -1131."""
    now_us = now_ns // 1000
    text = parameters.get("timestamp", "")
    if not (text.isdigit() and text.isascii() and len(text) <= 20):
        raise illegal("timestamp", _LEGAL_INTEGER) if text else mandatory("timestamp")
    # Milliseconds or, where there are as many digits as microseconds have in this century, microseconds.
    timestamp_us = int(text) if len(text) >= _MICROSECOND_DIGITS else int(text) * 1000
    window = parameters.get("recvWindow")
    window_us = _WINDOW_DEFAULT_US if window is None else _window_us(window)
    if timestamp_us >= now_us + _AHEAD_US_MAX:
        raise too_early()
    if now_us - timestamp_us > window_us:
        raise too_late()
    return (timestamp_us + window_us) * 1000 - now_ns


@lru_cache(maxsize=256)  # a client sends the same window with every request
def _window_us(text: str) -> int:
    whole, point, fraction = text.partition(".")
    if not (text.isascii() and whole.isdigit() and len(whole) <= 20):
        raise illegal("recvWindow", _LEGAL_WINDOW)
    if point and not (fraction.isdigit() and len(fraction) <= 3):
        raise illegal("recvWindow", _LEGAL_WINDOW)
    window_us = int(whole) * 1000 + int(fraction.ljust(3, "0") if fraction else 0)
    if window_us > _WINDOW_US_MAX:
        raise VenueError(-1131, "recvWindow must be less than 60000.")
    return window_us
