"""Bars: what was traded in a second, a minute, an hour, and in any span that is made of them."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

import msgspec

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Traded

_BUY = Side.BUY
_start = attrgetter("start_ms")


class Bar(msgspec.Struct, gc=False):
    """What was traded from ``start_ms`` on. Whoever is given one must not change it, and copies what it keeps."""

    start_ms: int
    open: int
    high: int
    low: int
    close: int
    lots: int = 0
    quote: int = 0
    """1e-8 of the quote asset."""
    taker_lots: int = 0
    """Of these, bought by takers."""
    taker_quote: int = 0
    first_id: int = -1
    """Of its trades, which are numbered without gaps; -1 where there are none."""
    last_id: int = -1

    @property
    def count(self) -> int:
        """How many trades."""
        return self.last_id - self.first_id + 1 if self.last_id >= 0 else 0


def flat_bar(start_ms: int, price: int) -> Bar:
    """Nothing was traded: all four prices are the last one before it."""
    return Bar(start_ms, price, price, price, price)


def merged(bars: Sequence[Bar], start_ms: int) -> Bar:
    """One bar of at least one, oldest first."""
    first, last = bars[0], bars[-1]
    return Bar(
        start_ms,
        first.open,
        max(bar.high for bar in bars),
        min(bar.low for bar in bars),
        last.close,
        sum(bar.lots for bar in bars),
        sum(bar.quote for bar in bars),
        sum(bar.taker_lots for bar in bars),
        sum(bar.taker_quote for bar in bars),
        first.first_id,
        last.last_id,
    )


def bar_of(trade: Traded, start_ms: int) -> Bar:
    """A bar of one trade."""
    price, lots, quote = trade.price, trade.quantity, trade.quote_amount
    bought, paid = (lots, quote) if trade.taker_side is _BUY else (0, 0)
    return Bar(start_ms, price, price, price, price, lots, quote, bought, paid, trade.trade_id, trade.trade_id)


def extend(bar: Bar, trade: Traded) -> None:
    """Add a trade to the bar in place: this is on the way of every order that trades."""
    price, lots, quote = trade.price, trade.quantity, trade.quote_amount
    if price > bar.high:
        bar.high = price
    elif price < bar.low:
        bar.low = price
    bar.close = price
    bar.lots += lots
    bar.quote += quote
    if trade.taker_side is _BUY:
        bar.taker_lots += lots
        bar.taker_quote += quote
    bar.last_id = trade.trade_id


class Bars:
    """The bars of one length in which something was traded, oldest first; the oldest are forgotten beyond ``most``.

    Time does not go back: what begins earlier than the last bar counts to that bar.
    """

    __slots__ = ("_bars", "_most", "length_ms")

    def __init__(self, length_ms: int, most: int) -> None:
        self.length_ms = length_ms
        self._most = most
        self._bars: list[Bar] = []

    def absorb(self, bar: Bar) -> None:
        """Take in what was traded in a part of one bar."""
        bars = self._bars
        if bars and bar.start_ms < bars[-1].start_ms + self.length_ms:
            bars[-1] = merged((bars[-1], bar), bars[-1].start_ms)
            return
        bars.append(merged((bar,), bar.start_ms - bar.start_ms % self.length_ms))
        # In batches, so that a bar costs the same however many there are.
        if len(bars) >= 2 * self._most:
            del bars[: -self._most]

    def between(self, start_ms: int, end_ms: int) -> Sequence[Bar]:
        """Those that begin in the span, its end not included."""
        bars = self._bars
        return bars[bisect_left(bars, start_ms, key=_start) : bisect_left(bars, end_ms, key=_start)]

    def before(self, time_ms: int) -> Bar | None:
        """The last one that begins earlier."""
        index = bisect_left(self._bars, time_ms, key=_start)
        return self._bars[index - 1] if index else None

    def first(self) -> Bar | None:
        return self._bars[0] if self._bars else None
