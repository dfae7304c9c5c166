"""``@miniTicker``, ``@ticker`` and ``@ticker_<window>``, of one symbol or in an array of all that have changed.

Statistics are REST's: their window begins with a minute and ends now.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from mock_exchange.engine.orders import PriceLevel
from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.market_candles import weighted_price
from mock_exchange.gateway.market_statistics import percent, signed_price
from mock_exchange.market_data.bars import Bar
from mock_exchange.market_data.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from mock_exchange.streams.feed import TimeUnit
from mock_exchange.streams.names import Kind, StreamName
from mock_exchange.streams.stream import ENCODER, Place

_NOBODY = PriceLevel(0, 0)
_WINDOWS_MS = {"": DAY_MS, "1h": HOUR_MS, "4h": 4 * HOUR_MS, "1d": DAY_MS}

Fields = dict[str, str | int]


class Snapshot(NamedTuple):
    """One symbol's statistics, and what the book has at this moment."""

    symbol: Symbol
    start_ms: int
    end_ms: int
    bar: Bar
    close_before: int
    """The last price before the window, in ticks; 0 where that is not known."""
    last_lots: int
    bid: PriceLevel
    ask: PriceLevel

    def content(self, *, with_best: bool) -> object:
        """What it tells, apart from the time."""
        statistics = self.bar.open, self.bar.first_id, self.bar.last_id
        return (*statistics, self.bid, self.ask) if with_best else statistics


Describe = Callable[[Snapshot, int, TimeUnit], Fields]
"""The fields of one symbol; the time is the event's, in the unit."""


class TickerStream:
    """One symbol at every tick, so that whoever has just joined is told at once."""

    def __init__(self, place: Place, name: StreamName, symbol: Symbol) -> None:
        self._place = place
        self._symbol = symbol
        self._window_ms = _WINDOWS_MS[name.window]
        self._describe = description(name)

    def tick(self) -> None:
        self._place.feed.publish(partial(self._build, snapshot(self._place, self._symbol, self._window_ms)))

    def close(self) -> None:
        """Nothing is held."""

    def _build(self, shown: Snapshot, unit: TimeUnit) -> bytes:
        return ENCODER.encode(self._describe(shown, unit.of_ns(self._place.clock.wall_ns()), unit))


class AllTickersStream:
    """All symbols that have changed since the last tick; at the first one all."""

    def __init__(self, place: Place, name: StreamName) -> None:
        self._place = place
        self._window_ms = _WINDOWS_MS[name.window]
        self._describe = description(name)
        self._has_best = name.kind is Kind.TICKER and not name.window
        self._told: dict[str, object] = {}

    def tick(self) -> None:
        symbols = self._place.engine.symbols.values()
        shown = [snapshot(self._place, symbol, self._window_ms) for symbol in symbols]
        changed = [each for each in shown if self._is_news(each)]
        if changed:
            self._place.feed.publish(partial(self._build, changed))

    def close(self) -> None:
        """Nothing is held."""

    def _is_news(self, shown: Snapshot) -> bool:
        """Whether it differs from what was told before; it will then have been told."""
        content = shown.content(with_best=self._has_best)
        before = self._told.get(shown.symbol.name)
        self._told[shown.symbol.name] = content
        return content != before

    def _build(self, changed: Sequence[Snapshot], unit: TimeUnit) -> bytes:
        now = unit.of_ns(self._place.clock.wall_ns())
        return ENCODER.encode([self._describe(each, now, unit) for each in changed])


def snapshot(place: Place, symbol: Symbol, window_ms: int) -> Snapshot:
    now_ms = place.clock.wall_ns() // 1_000_000
    start_ms = (now_ms - window_ms) // MINUTE_MS * MINUTE_MS
    history = place.history.symbols[symbol.name]
    bar = history.statistics(start_ms, now_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS)
    best, last = place.engine.best(symbol.name), history.tape.last()
    return Snapshot(
        symbol,
        start_ms,
        now_ms,
        bar,
        history.close_before(start_ms) or bar.open,
        last.quantity if last is not None else 0,
        best.bid or _NOBODY,
        best.ask or _NOBODY,
    )


def description(name: StreamName) -> Describe:
    """How the stream of this name tells of a symbol."""
    if name.kind is Kind.MINI_TICKER:
        return _mini
    return partial(_window, name=name.window) if name.window else _day


def _mini(shown: Snapshot, now: int, unit: TimeUnit) -> Fields:  # noqa: ARG001 - it has no other times
    symbol, bar = shown.symbol, shown.bar
    return {
        "e": "24hrMiniTicker",
        "E": now,
        "s": symbol.name,
        "c": symbol.format_price(bar.close),
        "o": symbol.format_price(bar.open),
        "h": symbol.format_price(bar.high),
        "l": symbol.format_price(bar.low),
        "v": symbol.format_quantity(bar.lots),
        "q": format_amount(bar.quote),
    }


def _day(shown: Snapshot, now: int, unit: TimeUnit) -> Fields:
    symbol = shown.symbol
    market: Fields = {
        "x": symbol.format_price(shown.close_before),
        "Q": symbol.format_quantity(shown.last_lots),
        "b": symbol.format_price(shown.bid.price),
        "B": symbol.format_quantity(shown.bid.quantity),
        "a": symbol.format_price(shown.ask.price),
        "A": symbol.format_quantity(shown.ask.quantity),
    }
    return {"e": "24hrTicker", "E": now, "s": symbol.name, **_change(shown), **market, **_totals(shown, unit)}


def _window(shown: Snapshot, now: int, unit: TimeUnit, *, name: str) -> Fields:
    return {"e": f"{name}Ticker", "E": now, "s": shown.symbol.name, **_change(shown), **_totals(shown, unit)}


def _change(shown: Snapshot) -> Fields:
    symbol, bar = shown.symbol, shown.bar
    return {
        "p": signed_price(symbol, bar.close - bar.open),
        "P": percent(bar.close - bar.open, bar.open),
        "w": format_amount(weighted_price(symbol, bar)),
    }


def _totals(shown: Snapshot, unit: TimeUnit) -> Fields:
    symbol, bar = shown.symbol, shown.bar
    return {
        "c": symbol.format_price(bar.close),
        "o": symbol.format_price(bar.open),
        "h": symbol.format_price(bar.high),
        "l": symbol.format_price(bar.low),
        "v": symbol.format_quantity(bar.lots),
        "q": format_amount(bar.quote),
        "O": unit.of_ms(shown.start_ms),
        "C": unit.of_ms(shown.end_ms),
        "F": bar.first_id,
        "L": bar.last_id,
        "n": bar.count,
    }
