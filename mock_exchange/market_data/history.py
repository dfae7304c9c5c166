"""The history of every symbol: hears each trade, and answers for candles and for statistics of any span.

Bars of three lengths are kept. Whatever is asked for is put together from the longest that fit, so that a day's
statistics need about a hundred bars however much was traded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event, Traded
from mock_exchange.market_data.bars import Bar, Bars, bar_of, extend, flat_bar, merged
from mock_exchange.market_data.intervals import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Interval
from mock_exchange.market_data.tape import Tape


@dataclass(frozen=True, slots=True)
class Retention:
    """How much is remembered of each symbol, at the least: trades, and bars in which something was traded."""

    trades: int = 50_000
    seconds: int = 10_000
    minutes: int = 11_000
    """More than the seven days that the longest statistics cover."""
    hours: int = 10_000


class SymbolHistory:
    """One symbol's tape and bars.

    An order that trades pays for the tape and for one bar, which is open until its second ends or somebody asks; only
    then the seconds, minutes and hours take it in.
    """

    __slots__ = ("_ends_ms", "_hours", "_minutes", "_open", "_seconds", "tape")

    def __init__(self, retention: Retention) -> None:
        self.tape = Tape(retention.trades)
        self._seconds = Bars(SECOND_MS, retention.seconds)
        self._minutes = Bars(MINUTE_MS, retention.minutes)
        self._hours = Bars(HOUR_MS, retention.hours)
        self._open: Bar | None = None
        self._ends_ms = 0

    def add(self, trade: Traded) -> None:
        self.tape.add(trade)
        if self._open is not None and trade.time_ms < self._ends_ms:
            extend(self._open, trade)
            return
        self._settle()
        start_ms = trade.time_ms - trade.time_ms % SECOND_MS
        self._open, self._ends_ms = bar_of(trade, start_ms), start_ms + SECOND_MS

    def _settle(self) -> None:
        """Nothing is open afterwards: the bars hold every trade."""
        if self._open is not None:
            for bars in (self._seconds, self._minutes, self._hours):
                bars.absorb(self._open)
            self._open = None

    def last_price(self) -> int:
        """Ticks; 0 before the first trade."""
        last = self.tape.last()
        return last.price if last is not None else 0

    def statistics(self, start_ms: int, end_ms: int) -> Bar:
        """All that was traded from the one minute to the other, the end not included; both begin a minute.

        Where nothing was, a flat bar at the last price before (0 before the first trade).
        """
        self._settle()
        first_hour, beyond_hour = -(-start_ms // HOUR_MS) * HOUR_MS, end_ms // HOUR_MS * HOUR_MS
        if first_hour >= beyond_hour:
            bars = [*self._minutes.between(start_ms, end_ms)]
        else:
            bars = [
                *self._minutes.between(start_ms, first_hour),
                *self._hours.between(first_hour, beyond_hour),
                *self._minutes.between(beyond_hour, end_ms),
            ]
        return merged(bars, start_ms) if bars else flat_bar(start_ms, self.close_before(start_ms))

    def recent(self, start_ms: int, end_ms: int) -> Bar | None:
        """As ``statistics``, to the second and for the last hour or so; None where nothing was traded."""
        self._settle()
        bars = self._seconds.between(start_ms, end_ms)
        return merged(bars, start_ms) if bars else None

    def close_before(self, minute_ms: int) -> int:
        """The last price before a minute began, in ticks; 0 where that is not known."""
        self._settle()
        bar = self._minutes.before(minute_ms)
        return bar.close if bar is not None else 0

    def candle(self, interval: Interval, now_ms: int, offset_ms: int = 0) -> Bar | None:
        """The one that ``now_ms`` is in, as it stands; None before the first trade."""
        return next(iter(self.candles(interval, now_ms=now_ms, offset_ms=offset_ms, limit=1)), None)

    def candles(
        self,
        interval: Interval,
        *,
        now_ms: int,
        offset_ms: int = 0,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int = 500,
    ) -> list[Bar]:
        """Oldest first, from the first trade that is remembered to the candle that ``now_ms`` is in.

        A candle in which nothing was traded is flat, at the close before it, as the venue has them. Wanted are those
        that begin at ``start_ms`` at the earliest and ``end_ms`` at the latest: with a start the first ones of them,
        without one the last.
        """
        self._settle()
        scale = self._scale(interval, offset_ms)
        oldest = scale.first()
        if oldest is None:
            return []
        first = interval.number_at(oldest.start_ms, offset_ms)
        last = interval.number_at(now_ms if end_ms is None else min(now_ms, end_ms), offset_ms)
        if start_ms is not None:
            # The first that begins then or later is the one after that which contains the millisecond before.
            first = max(first, interval.number_at(start_ms - 1, offset_ms) + 1)
            last = min(last, first + limit - 1)
        else:
            first = max(first, last - limit + 1)
        starts = [interval.start_ms(number, offset_ms) for number in range(first, last + 2)]
        return list(_filled(scale, starts)) if last >= first else []

    def _scale(self, interval: Interval, offset_ms: int) -> Bars:
        """The longest bars that candles of this length and time zone are made of."""
        length_ms = interval.length_ms or DAY_MS
        fitting = (
            bars
            for bars in (self._hours, self._minutes)
            if not length_ms % bars.length_ms and not offset_ms % bars.length_ms
        )
        return next(fitting, self._seconds)


def _filled(scale: Bars, starts: Sequence[int]) -> Iterator[Bar]:
    """The candle from each start to the next."""
    before = scale.before(starts[0])
    close = before.close if before is not None else 0
    for start_ms, next_ms in pairwise(starts):
        bars = scale.between(start_ms, next_ms)
        candle = merged(bars, start_ms) if bars else flat_bar(start_ms, close)
        close = candle.close
        yield candle


class MarketHistory:
    """All symbols; a listener of the commitment."""

    __slots__ = ("_symbols", "symbols")

    def __init__(self, symbols: Iterable[str], retention: Retention | None = None) -> None:
        self._symbols = {symbol: SymbolHistory(retention or Retention()) for symbol in symbols}
        self.symbols: Mapping[str, SymbolHistory] = MappingProxyType(self._symbols)

    def heard(self, command: Command, events: Sequence[Event]) -> None:  # noqa: ARG002 - the signature of a listener
        for event in events:
            if event.__class__ is Traded:
                self._symbols[event.symbol].add(event)

    def remember(self, engine: Engine) -> None:
        """Take over the trades that an engine remembers from before anybody listened: opening trades, recovered ones.

        An engine knows trades by account and forgets the oldest ones of each, so history may begin later than trading.
        """
        for name, history in self._symbols.items():
            trades = {
                trade.trade_id: trade for account in engine.accounts() for trade in engine.account_trades(account, name)
            }
            for number in _without_gaps(trades):
                history.add(trades[number])


def _without_gaps(numbers: Iterable[int]) -> list[int]:
    """The longest run of numbers that ends with the last one; what is before a gap would be half of a history."""
    descending = sorted(numbers, reverse=True)
    run = [number for index, number in enumerate(descending) if descending[0] - number == index]
    return run[::-1]
