"""The last trades of one symbol, each by its number, and the same trades as the venue aggregates them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Traded

_time = attrgetter("time_ms")


class Aggregate(NamedTuple):
    """Trades of one taker order at one price, one after another."""

    id: int
    price: int
    quantity: int
    first_id: int
    last_id: int
    time_ms: int
    buyer_is_maker: bool


def buyer_is_maker(trade: Traded) -> bool:
    return trade.taker_side is Side.SELL


class Tape:
    """At least the last ``most`` trades; trade numbers have no gaps.

    Of the aggregates only the beginnings are kept, so that they cost the order path one comparison. They are numbered
    without gaps too, from 1 with the first trade of the market. A tape that begins later (because a recovered exchange
    remembers no more) numbers its first aggregate like its first trade, which is never less than it was.
    """

    __slots__ = ("_first_aggregate", "_most", "_starts", "_trades")

    def __init__(self, most: int) -> None:
        self._most = most
        self._trades: list[Traded] = []
        self._starts: list[int] = []
        """The number of each aggregate's first trade."""
        self._first_aggregate = 0

    def add(self, trade: Traded) -> None:
        trades = self._trades
        if not trades:
            self._first_aggregate = trade.trade_id
            self._starts.append(trade.trade_id)
        elif trades[-1].taker_order_id != trade.taker_order_id or trades[-1].price != trade.price:
            self._starts.append(trade.trade_id)
        trades.append(trade)
        if len(trades) >= 2 * self._most:
            self._forget()

    def _forget(self) -> None:
        """In batches, so that a trade costs the same however many there are; never half of an aggregate."""
        index = bisect_right(self._starts, self._trades[-self._most].trade_id) - 1
        del self._trades[: self._starts[index] - self._trades[0].trade_id]
        del self._starts[:index]
        self._first_aggregate += index

    def last(self) -> Traded | None:
        return self._trades[-1] if self._trades else None

    @property
    def last_aggregate_id(self) -> int:
        """0 before the first."""
        return self._first_aggregate + len(self._starts) - 1 if self._starts else 0

    def latest(self, limit: int) -> Sequence[Traded]:
        """Oldest first."""
        return self._trades[-limit:]

    def since(self, trade_id: int, limit: int) -> Sequence[Traded]:
        """From that number on, or from the oldest that is kept."""
        index = max(0, trade_id - self._trades[0].trade_id) if self._trades else 0
        return self._trades[index : index + limit]

    def latest_aggregates(self, limit: int) -> list[Aggregate]:
        return self._aggregates(max(0, len(self._starts) - limit), len(self._starts))

    def aggregates_since(self, aggregate_id: int, limit: int) -> list[Aggregate]:
        """From that number on, or from the oldest that is kept."""
        index = max(0, aggregate_id - self._first_aggregate)
        return self._aggregates(index, min(index + limit, len(self._starts)))

    def aggregates_between(self, start_ms: int | None, end_ms: int | None, limit: int) -> list[Aggregate]:
        """Both ends included. The first ones where there is a start, otherwise the last ones up to the end."""
        first = 0 if start_ms is None else self._index_of(bisect_left(self._trades, start_ms, key=_time))
        beyond = len(self._trades) if end_ms is None else bisect_right(self._trades, end_ms, key=_time)
        last = self._index_of(beyond)
        if start_ms is None:
            return self._aggregates(max(first, last - limit), last)
        return self._aggregates(first, min(last, first + limit))

    def _index_of(self, trade: int) -> int:
        """The aggregate that begins with the trade of that index in the list, or after it."""
        return bisect_left(self._starts, self._trades[0].trade_id + trade) if self._trades else 0

    def _aggregates(self, first: int, beyond: int) -> list[Aggregate]:
        return [self._aggregate(index) for index in range(first, beyond)]

    def _aggregate(self, index: int) -> Aggregate:
        oldest = self._trades[0].trade_id
        start = self._starts[index] - oldest
        end = self._starts[index + 1] - oldest if index + 1 < len(self._starts) else len(self._trades)
        first, last = self._trades[start], self._trades[end - 1]
        return Aggregate(
            self._first_aggregate + index,
            first.price,
            sum(trade.quantity for trade in self._trades[start:end]),
            first.trade_id,
            last.trade_id,
            first.time_ms,
            buyer_is_maker(first),
        )
