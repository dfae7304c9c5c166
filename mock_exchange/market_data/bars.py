"""Bars: what was traded in a second, a minute, an hour, and in any span that is made of them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
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


class Bars:
    """The bars of one length in which something was traded, oldest first; the oldest are forgotten beyond ``most``.

    Time does not go back: a trade that is stamped earlier than the last bar counts to that bar.
    """

    __slots__ = ("_bars", "_most", "length_ms")

    def __init__(self, length_ms: int, most: int) -> None:
        self.length_ms = length_ms
        self._most = most
        self._bars: list[Bar] = []

    def __iter__(self) -> Iterator[Bar]:
        return iter(self._bars)

    def __len__(self) -> int:
        return len(self._bars)

    def add(self, trade: Traded) -> None:
        price, lots, quote = trade.price, trade.quantity, trade.quote_amount
        bars = self._bars
        if not bars or trade.time_ms >= bars[-1].start_ms + self.length_ms:
            start_ms = trade.time_ms - trade.time_ms % self.length_ms
            bars.append(Bar(start_ms, price, price, price, price, first_id=trade.trade_id))
            self._forget()
        bar = bars[-1]
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

    def _forget(self) -> None:
        """In batches, so that a bar costs the same however many there are."""
        if len(self._bars) >= 2 * self._most:
            del self._bars[: -self._most]
