"""Price levels of one symbol's book and the queue inside each. Knows orders, not accounts, money or commands.

A canceled order stays in its level's queue until the front reaches it or the dead outnumber the living: cancels are
O(1) and the queue stays a plain deque. Prices are kept sorted with the best last, where a list is cheap to change.

An iceberg shows ``visible`` lots at a time. Once they are gone it shows the next ones at the end of the queue.
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
_NEW: Final = OrderStatus.NEW
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED

_DEAD_TOLERATED = 16


class Level:
    """All orders at one price, first come first."""

    __slots__ = ("hidden", "live", "orders", "price", "quantity")

    def __init__(self, price: int) -> None:
        self.price = price
        self.quantity = 0
        """Lots that anyone can see."""
        self.hidden = 0
        """Lots of icebergs that nobody can."""
        self.live = 0
        self.orders: deque[Order] = deque()

    def front(self) -> Order:
        """The oldest order that is still open; there must be one (``live`` > 0)."""
        orders = self.orders
        while (status := orders[0].status) is not _NEW and status is not _PARTIALLY_FILLED:
            orders.popleft()
        return orders[0]

    def living(self) -> Iterator[Order]:
        """Open orders, in the order in which they will trade."""
        return (order for order in self.orders if order.is_open)

    def forget_dead(self) -> None:
        self.orders = deque(self.living())

    def show(self, order: Order, lots: int) -> None:
        """Let the level show, and hide, what belongs of an iceberg's rest, which is this many lots."""
        self.hidden += order.visible
        self.quantity -= order.visible
        order.visible = min(lots, order.iceberg)
        self.hidden -= order.visible
        self.quantity += order.visible

    def export(self) -> LevelState:
        return LevelState(self.price, self.quantity, [order.order_id for order in self.living()], self.hidden)

    def restore(self, state: LevelState, orders: Mapping[int, Order]) -> None:
        self.quantity = state.quantity
        self.hidden = state.hidden
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
        lots = order.quantity - order.executed - order.prevented
        if order.iceberg:
            level.hidden += lots
            level.show(order, lots)
        else:
            level.quantity += lots
        level.live += 1

    def cancel(self, order: Order) -> None:
        """Take an order out that has just ended."""
        key = self.sign * order.price
        level = self.levels[key]
        if order.iceberg:
            self.reduce(order, order.remaining)
        else:
            level.quantity -= order.quantity - order.executed - order.prevented
        level.live -= 1
        if not level.live:
            self._drop(key)
        elif len(level.orders) > 2 * level.live + _DEAD_TOLERATED:
            level.forget_dead()

    def reduce(self, order: Order, lots: int) -> None:
        """Take lots that have not been executed from an order, hidden ones first; it keeps its place.

        To be called before the order itself is changed.
        """
        level = self.levels[self.sign * order.price]
        if not order.iceberg:
            level.quantity -= lots
            return
        rest = order.remaining - lots
        shown = min(order.visible, rest)
        level.quantity -= order.visible - shown
        level.hidden -= lots - (order.visible - shown)
        order.visible = shown

    def refill(self, order: Order) -> bool:
        """Show the next lots of an iceberg, behind the others; False where it has none left."""
        lots = order.remaining
        if lots:
            level = self.levels[self.sign * order.price]
            level.show(order, lots)
            level.orders.append(order)
        return lots > 0

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

    def lots_at(self, price: int) -> int:
        level = self.levels.get(self.sign * price)
        return level.quantity if level is not None else 0

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

    __slots__ = ("asks", "bids", "touched", "update_id")

    def __init__(self) -> None:
        self.bids = BookSide(_BUY)
        self.asks = BookSide(_SELL)
        self.touched: set[int] | None = None
        """Keys of levels that changed; None while nobody wants to know."""
        self.update_id = 0
        """Grows by one with every change of a level."""

    def own(self, side: Side) -> BookSide:
        """Where an order of this side rests."""
        return self.bids if side is _BUY else self.asks

    def opposite(self, side: Side) -> BookSide:
        """What an order of this side trades against."""
        return self.asks if side is _BUY else self.bids

    @property
    def is_crossed(self) -> bool:
        """Whether a bid and an ask could trade: only in an auction, and until it is settled."""
        return bool(self.bids.keys and self.asks.keys) and self.bids.keys[-1] >= -self.asks.keys[-1]

    def rest(self, order: Order) -> None:
        side = self.bids if order.side is _BUY else self.asks
        side.add(order)
        self.update_id += 1
        if self.touched is not None:
            self.touch(side.sign * order.price)

    def cancel(self, order: Order) -> None:
        """Take an order out that has just ended."""
        side = self.own(order.side)
        side.cancel(order)
        self.update_id += 1
        if self.touched is not None:
            self.touch(side.sign * order.price)

    def reduce(self, order: Order, lots: int) -> None:
        """Take lots from an order that keeps its place; before the order itself is changed."""
        side = self.own(order.side)
        side.reduce(order, lots)
        self.update_id += 1
        if self.touched is not None:
            self.touch(side.sign * order.price)

    def touch(self, key: int) -> None:
        """Note that a level changed, where somebody wants to know: however many there are, none may be lost."""
        if self.touched is not None:
            self.touched.add(key)

    def drain_touched(self) -> list[tuple[Side, int]]:
        """Side and price of every level that changed since the last call, bids first, lowest price first.

        The first call, and the first one after ``forget_touched``, gives all levels there are.
        """
        keys = self.touched if self.touched is not None else [*self.bids.keys, *self.asks.keys]
        self.touched = set()
        bids = [(_BUY, key) for key in sorted(keys) if key > 0]
        return bids + [(_SELL, -key) for key in sorted(keys, reverse=True) if key < 0]

    def forget_touched(self) -> None:
        """Note no more changes until somebody drains again."""
        self.touched = None

    def export(self) -> BookState:
        return BookState(self.update_id, self.bids.export(), self.asks.export())

    def restore(self, state: BookState, orders: Mapping[int, Order]) -> None:
        """``orders`` by id: the resting ones among them are named in the state."""
        self.update_id = state.update_id
        self.bids.restore(state.bids, orders)
        self.asks.restore(state.asks, orders)
