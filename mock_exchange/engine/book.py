"""Price levels of one symbol's book and the queue inside each. Knows orders, not accounts, money or commands.

A canceled order stays in its level's queue until the front reaches it or the dead outnumber the living: cancels are
O(1) and the queue stays a plain deque. Prices are kept sorted with the best last, where a list is cheap to change.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from mock_exchange.engine.commands import Side
from mock_exchange.engine.orders import Order, OrderStatus, PriceLevel
from mock_exchange.engine.state import BookState, LevelState

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL
_CANCELED: Final = OrderStatus.CANCELED

_DEAD_TOLERATED = 16


class Level:
    """All orders at one price, first come first."""

    __slots__ = ("live", "orders", "price", "quantity")

    def __init__(self, price: int) -> None:
        self.price = price
        self.quantity = 0
        self.live = 0
        self.orders: deque[Order] = deque()

    def front(self) -> Order:
        """The oldest order that is still open; there must be one (``live`` > 0)."""
        orders = self.orders
        while orders[0].status is _CANCELED:
            orders.popleft()
        return orders[0]

    def forget_dead(self) -> None:
        self.orders = deque(order for order in self.orders if order.status is not _CANCELED)

    def export(self) -> LevelState:
        live = [order.order_id for order in self.orders if order.status is not _CANCELED]
        return LevelState(self.price, self.quantity, live)

    def restore(self, state: LevelState, orders: Mapping[int, Order]) -> None:
        self.quantity = state.quantity
        self.live = len(state.orders)
        self.orders = deque(orders[order_id] for order_id in state.orders)


class BookSide:
    """The bids or the asks. A key is the price, negated for asks: on both sides the best key is the largest."""

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, side: Side) -> None:
        self.sign = 1 if side is _BUY else -1
        self.levels: dict[int, Level] = {}
        self.keys: list[int] = []

    def add(self, order: Order) -> None:
        key = self.sign * order.price
        level = self.levels.get(key)
        if level is None:
            level = self.levels[key] = Level(order.price)
            insort(self.keys, key)
        level.orders.append(order)
        level.quantity += order.quantity - order.executed
        level.live += 1

    def cancel(self, order: Order) -> None:
        """Take an order out that has just become CANCELED."""
        key = self.sign * order.price
        level = self.levels[key]
        level.quantity -= order.quantity - order.executed
        level.live -= 1
        if not level.live:
            self._drop(key)
        elif len(level.orders) > 2 * level.live + _DEAD_TOLERATED:
            level.forget_dead()

    def drop_best(self) -> None:
        del self.levels[self.keys.pop()]

    def _drop(self, key: int) -> None:
        del self.levels[key]
        del self.keys[bisect_left(self.keys, key)]

    def crosses(self, price: int) -> bool:
        """Whether an order from the other side at this price would trade at once."""
        return bool(self.keys) and self.keys[-1] >= self.sign * price

    def best(self) -> PriceLevel | None:
        return next(iter(self.depth(1)), None)

    def depth(self, limit: int) -> list[PriceLevel]:
        return [PriceLevel(level.price, level.quantity) for level in self.from_best(limit)]

    def from_best(self, limit: int) -> Iterator[Level]:
        levels = self.levels
        return (levels[key] for key in self.keys[: -limit - 1 : -1])

    def __iter__(self) -> Iterator[Level]:
        levels = self.levels
        return (levels[key] for key in reversed(self.keys))

    def export(self) -> list[LevelState]:
        return [level.export() for level in self]

    def restore(self, state: list[LevelState], orders: Mapping[int, Order]) -> None:
        self.levels = {self.sign * each.price: Level(each.price) for each in state}
        self.keys = sorted(self.levels)
        for level, each in zip(self, state, strict=True):
            level.restore(each, orders)


class Book:
    """Both sides of one symbol."""

    __slots__ = ("asks", "bids", "update_id")

    def __init__(self) -> None:
        self.bids = BookSide(_BUY)
        self.asks = BookSide(_SELL)
        self.update_id = 0
        """Grows by one with every change of a level."""

    def own(self, side: Side) -> BookSide:
        """Where an order of this side rests."""
        return self.bids if side is _BUY else self.asks

    def opposite(self, side: Side) -> BookSide:
        """What an order of this side trades against."""
        return self.asks if side is _BUY else self.bids

    def rest(self, order: Order) -> None:
        (self.bids if order.side is _BUY else self.asks).add(order)
        self.update_id += 1

    def cancel(self, order: Order) -> None:
        self.own(order.side).cancel(order)
        self.update_id += 1

    def export(self) -> BookState:
        return BookState(self.update_id, self.bids.export(), self.asks.export())

    def restore(self, state: BookState, orders: Mapping[int, Order]) -> None:
        """``orders`` by id: the resting ones among them are named in the state."""
        self.update_id = state.update_id
        self.bids.restore(state.bids, orders)
        self.asks.restore(state.asks, orders)
