"""Orders that wait for a price: which of them a trade reaches, and in which order. Knows no book and no money.

A STOP_LOSS buy and a TAKE_PROFIT sell wait for the price to rise to their stop price, the other two for it to fall. A
trailing order follows the price from then on, or from the start where it has no stop price, and is reached when the
price turns back by its delta from the best that it has seen (Binance Spot documentation, trailing stop FAQ).
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import Final

from mock_exchange.engine.commands import OrderType, PlaceOrder, Side
from mock_exchange.engine.orders import Order

_BUY: Final = Side.BUY
_STOP_LOSSES: Final = frozenset((OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT))
BASIS_POINTS: Final = 10_000

STOPS: Final = _STOP_LOSSES | {OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}


def waits_for_rise(order: Order | PlaceOrder) -> bool:
    return (order.side is _BUY) is (order.type in _STOP_LOSSES)


def is_met(order: Order | PlaceOrder, price: int) -> bool:
    """Whether a trade at this price reaches the order's stop price."""
    return price >= order.stop_price if waits_for_rise(order) else price <= order.stop_price


class _Waiting:
    """Orders with a plain stop price on one side of the market, the first that the price would reach in front."""

    __slots__ = ("_direction", "_keys", "_orders")

    def __init__(self, direction: int) -> None:
        self._direction = direction
        self._keys: list[tuple[int, int]] = []
        self._orders: dict[int, Order] = {}

    def _key(self, order: Order) -> tuple[int, int]:
        return self._direction * order.stop_price, order.order_id

    def add(self, order: Order) -> None:
        insort(self._keys, self._key(order))
        self._orders[order.order_id] = order

    def remove(self, order: Order) -> bool:
        """Whether it was there."""
        if self._orders.pop(order.order_id, None) is None:
            return False
        del self._keys[bisect_left(self._keys, self._key(order))]
        return True

    def pop_reached(self, price: int) -> list[Order]:
        """Nearest stop price first, oldest order first."""
        number = bisect_right(self._keys, self._direction * price, key=lambda key: key[0])
        reached = [self._orders.pop(order_id) for _, order_id in self._keys[:number]]
        del self._keys[:number]
        return reached


class StopBook:
    """All waiting orders of one symbol."""

    __slots__ = ("_falling", "_rising", "_trailing", "count")

    def __init__(self) -> None:
        self._rising = _Waiting(1)
        self._falling = _Waiting(-1)
        self._trailing: dict[int, Order] = {}
        self.count = 0
        """How many wait; most markets have none, and then no trade needs a look."""

    def add(self, order: Order) -> None:
        self.count += 1
        if order.trailing_delta:
            self._trailing[order.order_id] = order
        else:
            self._side(order).add(order)

    def remove(self, order: Order) -> None:
        """Nothing where the order has already been reached."""
        if order.trailing_delta:
            self.count -= self._trailing.pop(order.order_id, None) is not None
        else:
            self.count -= self._side(order).remove(order)

    def reached(self, price: int, time_ms: int) -> list[Order]:
        """Orders that a trade triggers; they wait no longer. Plain ones first, then trailing ones, oldest first."""
        reached = self._rising.pop_reached(price) + self._falling.pop_reached(price)
        if self._trailing:
            turned = [order for order in _by_age(self._trailing.values()) if _has_turned(order, price, time_ms)]
            for order in turned:
                del self._trailing[order.order_id]
            reached += turned
        self.count -= len(reached)
        return reached

    def _side(self, order: Order) -> _Waiting:
        return self._rising if waits_for_rise(order) else self._falling


def _by_age(orders: Iterable[Order]) -> list[Order]:
    return sorted(orders, key=lambda order: order.order_id)


def follow_price(order: Order, price: int, time_ms: int) -> None:
    """Let a trailing order begin to follow the price."""
    order.trailing_ms = time_ms
    order.trailing_price = price


def _has_turned(order: Order, price: int, time_ms: int) -> bool:
    """Show a trailing order the price of a trade; whether that triggers it."""
    if not order.trailing_ms:
        if not order.stop_price or is_met(order, price):
            follow_price(order, price, time_ms)
        return False
    if order.side is _BUY:
        order.trailing_price = min(order.trailing_price, price)
        return price * BASIS_POINTS >= order.trailing_price * (BASIS_POINTS + order.trailing_delta)
    order.trailing_price = max(order.trailing_price, price)
    return price * BASIS_POINTS <= order.trailing_price * (BASIS_POINTS - order.trailing_delta)
