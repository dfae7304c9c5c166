"""The ``timeZone`` of candles and trading days: hours, or hours and minutes, ahead of UTC.

Source: Binance Spot API documentation, klines: such as "-1:00", "05:45", "0", "8"; from -12:00 to +14:00.
"""

import re
from functools import lru_cache
from typing import Final

from mock_exchange.gateway.call import Call
from mock_exchange.gateway.errors import VenueError, invalid_value
from mock_exchange.market_data.intervals import HOUR_MS, MINUTE_MS

_FORM: Final = re.compile(r"[ +]?(-?)([0-9]{1,2})(?::([0-5][0-9]))?", re.ASCII)  # a raw + in a query means a space
_EARLIEST_MS: Final = -12 * HOUR_MS
_LATEST_MS: Final = 14 * HOUR_MS


def offset_ms(call: Call) -> int:
    """0 where it was not sent. Raises VenueError -1130."""
    text = call.optional("timeZone")
    return _parsed(text) if text else 0


@lru_cache(maxsize=128)
def _parsed(text: str) -> int:
    form = _FORM.fullmatch(text)
    if form is None:
        raise _invalid()
    sign, hours, minutes = form.groups()
    ahead_ms = int(hours) * HOUR_MS + int(minutes or 0) * MINUTE_MS
    ahead_ms = -ahead_ms if sign else ahead_ms
    if not _EARLIEST_MS <= ahead_ms <= _LATEST_MS:
        raise _invalid()
    return ahead_ms


def _invalid() -> VenueError:
    return invalid_value("timeZone")
