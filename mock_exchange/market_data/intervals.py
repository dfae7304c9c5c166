"""The venue's candle intervals: where each begins, for whatever time zone.

Intervals are numbered, so that a run of candles is a range of numbers and months need no special place elsewhere.
Source of the list: Binance Spot API documentation, klines.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

SECOND_MS: Final = 1000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

_FIRST_MONDAY_MS = 4 * DAY_MS
"""The epoch was a Thursday, and the venue's weeks begin on Monday."""
_MONTHS_PER_YEAR = 12
_UNITS_MS = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS, "M": 0}


class Interval(StrEnum):
    """``length_ms`` is 0 for the month, whose length varies. Three-day candles count from the epoch."""

    SECOND = "1s"
    MINUTE = "1m"
    MINUTES_3 = "3m"
    MINUTES_5 = "5m"
    MINUTES_15 = "15m"
    MINUTES_30 = "30m"
    HOUR = "1h"
    HOURS_2 = "2h"
    HOURS_4 = "4h"
    HOURS_6 = "6h"
    HOURS_8 = "8h"
    HOURS_12 = "12h"
    DAY = "1d"
    DAYS_3 = "3d"
    WEEK = "1w"
    MONTH = "1M"

    length_ms: int

    def __new__(cls, text: str) -> "Interval":
        interval = str.__new__(cls, text)
        interval._value_ = text
        interval.length_ms = int(text[:-1]) * _UNITS_MS[text[-1]]
        return interval

    def number_at(self, time_ms: int, offset_ms: int = 0) -> int:
        """Which one contains the time; ``offset_ms`` is what clocks of the time zone are ahead of UTC."""
        local_ms = time_ms + offset_ms
        if not self.length_ms:
            month = datetime.fromtimestamp(local_ms / SECOND_MS, UTC)
            return month.year * _MONTHS_PER_YEAR + month.month - 1
        return (local_ms - self._anchor_ms) // self.length_ms

    def start_ms(self, number: int, offset_ms: int = 0) -> int:
        """When that one begins; the next one begins 1 ms after it has ended."""
        if not self.length_ms:
            year, month = divmod(number, _MONTHS_PER_YEAR)
            return int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp()) * SECOND_MS - offset_ms
        return number * self.length_ms + self._anchor_ms - offset_ms

    def end_ms(self, start_ms: int, offset_ms: int = 0) -> int:
        """The last millisecond of the one that begins then."""
        return self.start_ms(self.number_at(start_ms, offset_ms) + 1, offset_ms) - 1

    @property
    def _anchor_ms(self) -> int:
        return _FIRST_MONDAY_MS if self is Interval.WEEK else 0
