"""GET ticker/24hr, ticker/tradingDay and ticker: what was traded in a day or another window, in one line per symbol.

A window that ends now begins with a minute, so it is up to 59,999 ms longer than asked for: documented for ``ticker``,
and so here for ``ticker/24hr`` too. Where nothing was traded, all prices are the last one before the window.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import invalid_value
from mock_exchange.gateway.market_candles import weighted_price
from mock_exchange.gateway.market_reads import NO_LEVEL
from mock_exchange.gateway.market_selection import KNOWN as KNOWN_SELECTION
from mock_exchange.gateway.market_selection import Selection
from mock_exchange.gateway.order_replies import ENCODER
from mock_exchange.gateway.time_zone import offset_ms
from mock_exchange.market_data.bars import Bar
from mock_exchange.market_data.intervals import DAY_MS, HOUR_MS, MINUTE_MS, Interval

KNOWN_DAY: Final = KNOWN_SELECTION | {"type"}
KNOWN_TRADING_DAY: Final = KNOWN_SELECTION | {"type", "timeZone"}
KNOWN_WINDOW: Final = KNOWN_SELECTION | {"type", "windowSize"}

_SYMBOLS_MAX = 100
_WINDOW: Final = re.compile(r"([1-9][0-9]?)([mhd])", re.ASCII)
_UNITS: Final = {"m": (MINUTE_MS, 59), "h": (HOUR_MS, 23), "d": (DAY_MS, 7)}
"""Length in ms, and how many of them a window may have."""
_THOUSANDTHS_OF_PERCENT = 100_000


class Span(NamedTuple):
    """Milliseconds since the epoch; statistics are of whole minutes, the last of which may not be over."""

    start_ms: int
    end_ms: int
    """Its last millisecond."""


Fields = dict[str, str | int]


def prepare_day(desk: Desk, call: Call) -> Work:
    """ticker/24hr: all symbols where none is named."""
    return partial(_replies, desk, Selection(desk, call), _last_day, is_full=_is_full(call))


def prepare_trading_day(desk: Desk, call: Call) -> Work:
    selection, zone_ms = Selection(desk, call, most=_SYMBOLS_MAX), offset_ms(call)
    return partial(_replies, desk, selection, partial(_trading_day, zone_ms=zone_ms), is_full=_is_full(call))


def prepare_window(desk: Desk, call: Call) -> Work:
    selection, length_ms = Selection(desk, call, most=_SYMBOLS_MAX), _window_ms(call)
    return partial(_replies, desk, selection, partial(_window, length_ms=length_ms), is_full=_is_full(call))


def _is_full(call: Call) -> bool:
    kind = call.optional("type")
    if kind not in ("", "FULL", "MINI"):
        raise invalid_value("type")
    return kind != "MINI"


def _window_ms(call: Call) -> int:
    """A day where it was not sent. Raises VenueError -1130."""
    text = call.optional("windowSize") or "1d"
    form = _WINDOW.fullmatch(text)
    length_ms, most = _UNITS[form[2]] if form else (0, 0)
    if form is None or int(form[1]) > most:
        raise invalid_value("windowSize")
    return int(form[1]) * length_ms


def _window(now_ms: int, *, length_ms: int) -> Span:
    return Span((now_ms - length_ms) // MINUTE_MS * MINUTE_MS, now_ms)


def _last_day(now_ms: int) -> Span:
    return _window(now_ms, length_ms=DAY_MS)


def _trading_day(now_ms: int, *, zone_ms: int) -> Span:
    start_ms = Interval.DAY.start_ms(Interval.DAY.number_at(now_ms, zone_ms), zone_ms)
    return Span(start_ms, start_ms + DAY_MS - 1)


def _replies(desk: Desk, selection: Selection, span_at: Callable[[int], Span], *, is_full: bool) -> bytes:
    span = span_at(desk.now_ms())
    shows_market = is_full and span_at is _last_day
    replies = [_reply(desk, symbol, span, is_full=is_full, shows_market=shows_market) for symbol in selection.now()]
    return ENCODER.encode(replies[0] if selection.is_single else replies)


def _reply(desk: Desk, symbol: Symbol, span: Span, *, is_full: bool, shows_market: bool) -> Fields:
    """The fields in the venue's order."""
    history = desk.history.symbols[symbol.name]
    bar = history.statistics(span.start_ms, span.end_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS)
    change = change_fields(symbol, bar) if is_full else {}
    market = _market_fields(desk, symbol, history.close_before(span.start_ms) or bar.open) if shows_market else {}
    return {"symbol": symbol.name, **change, **market, **_mini_fields(symbol, bar, span)}


def change_fields(symbol: Symbol, bar: Bar) -> Fields:
    return {
        "priceChange": signed_price(symbol, bar.close - bar.open),
        "priceChangePercent": percent(bar.close - bar.open, bar.open),
        "weightedAvgPrice": format_amount(weighted_price(symbol, bar)),
    }


def _market_fields(desk: Desk, symbol: Symbol, close_before: int) -> Fields:
    """What the statistics of the last 24 hours say of this moment."""
    best, last = desk.engine.best(symbol.name), desk.history.symbols[symbol.name].tape.last()
    bid, ask = best.bid or NO_LEVEL, best.ask or NO_LEVEL
    return {
        "prevClosePrice": symbol.format_price(close_before),
        "lastQty": symbol.format_quantity(last.quantity if last is not None else 0),
        "bidPrice": symbol.format_price(bid.price),
        "bidQty": symbol.format_quantity(bid.quantity),
        "askPrice": symbol.format_price(ask.price),
        "askQty": symbol.format_quantity(ask.quantity),
    }


def _mini_fields(symbol: Symbol, bar: Bar, span: Span) -> Fields:
    return {
        "openPrice": symbol.format_price(bar.open),
        "highPrice": symbol.format_price(bar.high),
        "lowPrice": symbol.format_price(bar.low),
        "lastPrice": symbol.format_price(bar.close),
        "volume": symbol.format_quantity(bar.lots),
        "quoteVolume": format_amount(bar.quote),
        "openTime": span.start_ms,
        "closeTime": span.end_ms,
        "firstId": bar.first_id,
        "lastId": bar.last_id,
        "count": bar.count,
    }


def signed_price(symbol: Symbol, ticks: int) -> str:
    """A difference of prices."""
    return f"-{symbol.format_price(-ticks)}" if ticks < 0 else symbol.format_price(ticks)


def percent(change: int, base: int) -> str:
    """With three decimals, rounded towards zero; nothing of nothing is 0."""
    thousandths = abs(change) * _THOUSANDTHS_OF_PERCENT // base if base else 0
    sign = "-" if change < 0 and thousandths else ""
    return f"{sign}{thousandths // 1000}.{thousandths % 1000:03d}"
