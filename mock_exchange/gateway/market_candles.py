"""GET klines, uiKlines and avgPrice: candles of every interval and time zone, and the filters' average price.

uiKlines are meant for charts; they are the same candles here.
"""

from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.symbols import UNITS_PER_ASSET, Symbol, format_amount
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError, mandatory
from mock_exchange.gateway.order_replies import ENCODER
from mock_exchange.gateway.time_zone import offset_ms
from mock_exchange.market_data.bars import Bar
from mock_exchange.market_data.intervals import MINUTE_MS, Interval

KNOWN_CANDLES: Final = frozenset(("symbol", "interval", "startTime", "endTime", "timeZone", "limit"))
KNOWN_AVERAGE: Final = frozenset(("symbol",))

_LIMIT_DEFAULT = 500
_LIMIT_MAX = 1000
_INTERVALS: Final = {interval.value: interval for interval in Interval}

CandleReply = tuple[int, str, str, str, str, str, int, str, int, str, str, str]
"""Open time, open, high, low, close, volume, close time, quote volume, trades, taken by buyers: base, quote, unused."""


class AverageReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    mins: int
    price: str
    close_time: int


def prepare_candles(desk: Desk, call: Call) -> Work:
    return partial(
        _candles,
        desk,
        call.symbol(desk.symbols),
        interval_of(call),
        zone_ms=offset_ms(call),
        start_ms=call.time("startTime"),
        end_ms=call.time("endTime"),
        limit=call.limit(_LIMIT_DEFAULT, _LIMIT_MAX),
    )


def interval_of(call: Call) -> Interval:
    """Raises VenueError -1102, -1120."""
    text = call.parameters.get("interval")
    interval = _INTERVALS.get(text) if text else None
    if interval is None:
        raise VenueError(-1120, "Invalid interval.") if text else mandatory("interval")
    return interval


def _candles(
    desk: Desk,
    symbol: Symbol,
    interval: Interval,
    *,
    zone_ms: int,
    start_ms: int | None,
    end_ms: int | None,
    limit: int,
) -> bytes:
    bars = desk.history.symbols[symbol.name].candles(
        interval, now_ms=desk.now_ms(), offset_ms=zone_ms, start_ms=start_ms, end_ms=end_ms, limit=limit
    )
    return ENCODER.encode([candle_reply(symbol, bar, interval.end_ms(bar.start_ms, zone_ms)) for bar in bars])


def candle_reply(symbol: Symbol, bar: Bar, end_ms: int) -> CandleReply:
    return (
        bar.start_ms,
        symbol.format_price(bar.open),
        symbol.format_price(bar.high),
        symbol.format_price(bar.low),
        symbol.format_price(bar.close),
        symbol.format_quantity(bar.lots),
        end_ms,
        format_amount(bar.quote),
        bar.count,
        symbol.format_quantity(bar.taker_lots),
        format_amount(bar.taker_quote),
        "0",
    )


def prepare_average(desk: Desk, call: Call) -> Work:
    return partial(_average, desk, call.symbol(desk.symbols))


def _average(desk: Desk, symbol: Symbol) -> bytes:
    """Of the last minutes by volume or, where nothing was traded in them, the last price."""
    history, now_ms = desk.history.symbols[symbol.name], desk.now_ms()
    recent = history.recent(now_ms - symbol.average_price_minutes * MINUTE_MS, now_ms + 1)
    last = history.tape.last()
    price = weighted_price(symbol, recent) if recent is not None else history.last_price() * symbol.tick_units
    told = desk.engine.average_as_told(symbol.name, price)
    reply = AverageReply(
        symbol.average_price_minutes, format_amount(told), last.time_ms if last is not None else now_ms
    )
    return ENCODER.encode(reply)


def weighted_price(symbol: Symbol, bar: Bar) -> int:
    """The average price by volume in 1e-8, rounded down; 0 where nothing was traded."""
    return bar.quote * UNITS_PER_ASSET // (bar.lots * symbol.lot_units) if bar.lots else 0
