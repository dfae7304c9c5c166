"""``<symbol>@kline_<interval>``: the current candle as it stands, and each candle once more when it has closed."""

from functools import partial

import msgspec

from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.market_data.bars import Bar
from mock_exchange.market_data.intervals import HOUR_MS, Interval
from mock_exchange.streams.feed import TimeUnit
from mock_exchange.streams.stream import ENCODER, Place

_UTC8_MS = 8 * HOUR_MS
_CLOSED_MAX = 10
"""How many closed candles are told at a time: no more can close between two ticks, unless the process stood still."""


class Candle(
    msgspec.Struct,
    rename={
        "start_time": "t",
        "close_time": "T",
        "symbol": "s",
        "interval": "i",
        "first_id": "f",
        "last_id": "L",
        "open": "o",
        "close": "c",
        "high": "h",
        "low": "l",
        "volume": "v",
        "count": "n",
        "is_closed": "x",
        "quote_volume": "q",
        "taker_volume": "V",
        "taker_quote_volume": "Q",
        "ignored": "B",
    },
    gc=False,
):
    start_time: int
    close_time: int
    symbol: str
    interval: str
    first_id: int
    last_id: int
    open: str
    close: str
    high: str
    low: str
    volume: str
    count: int
    is_closed: bool
    quote_volume: str
    taker_volume: str
    taker_quote_volume: str
    ignored: str = "0"


class KlineMessage(msgspec.Struct, rename={"event": "e", "event_time": "E", "symbol": "s", "candle": "k"}):
    event: str
    event_time: int
    symbol: str
    candle: Candle


class KlineStream:
    """Candles of one interval and time zone."""

    def __init__(self, place: Place, symbol: Symbol, interval: str, *, is_utc8: bool) -> None:
        self._place = place
        self._symbol = symbol
        self._interval = Interval(interval)
        self._offset_ms = _UTC8_MS if is_utc8 else 0
        self._history = place.history.symbols[symbol.name]
        self._current_ms: int | None = None
        """When the candle began that was last told as current."""

    def tick(self) -> None:
        now_ms = self._place.clock.wall_ns() // 1_000_000
        candles = self._history.candles(self._interval, now_ms=now_ms, offset_ms=self._offset_ms, limit=_CLOSED_MAX + 1)
        for candle in candles[:-1]:
            if self._current_ms is not None and candle.start_ms >= self._current_ms:
                self._place.feed.publish(partial(self._build, candle, is_closed=True))
        for candle in candles[-1:]:
            self._current_ms = candle.start_ms
            self._place.feed.publish(partial(self._build, candle, is_closed=False))

    def close(self) -> None:
        """Nothing is held."""

    def _build(self, bar: Bar, unit: TimeUnit, *, is_closed: bool) -> bytes:
        now = unit.of_ns(self._place.clock.wall_ns())
        return ENCODER.encode(KlineMessage("kline", now, self._symbol.name, self._candle(bar, unit, is_closed)))

    def _candle(self, bar: Bar, unit: TimeUnit, is_closed: bool) -> Candle:
        symbol = self._symbol
        return Candle(
            unit.of_ms(bar.start_ms),
            unit.of_ms(self._next_start_ms(bar)) - 1,
            symbol.name,
            self._interval.value,
            bar.first_id,
            bar.last_id,
            symbol.format_price(bar.open),
            symbol.format_price(bar.close),
            symbol.format_price(bar.high),
            symbol.format_price(bar.low),
            symbol.format_quantity(bar.lots),
            bar.count,
            is_closed,
            format_amount(bar.quote),
            symbol.format_quantity(bar.taker_lots),
            format_amount(bar.taker_quote),
        )

    def _next_start_ms(self, bar: Bar) -> int:
        number = self._interval.number_at(bar.start_ms, self._offset_ms)
        return self._interval.start_ms(number + 1, self._offset_ms)
