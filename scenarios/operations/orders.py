"""The generator's own open orders, for cancels and queries to pick from. Pure; choices come from a stream passed in."""

import random
from typing import NamedTuple

OPEN_ORDERS_MAX = 10_000


class OwnOrder(NamedTuple):
    symbol: str
    client_order_id: str


class OpenOrders:
    """A bounded set in no order. When it is full, a new order takes another's place: it is a pool, not a ledger."""

    def __init__(self, orders_max: int = OPEN_ORDERS_MAX) -> None:
        self._orders: list[OwnOrder] = []
        self._orders_max = orders_max
        self._latest: OwnOrder | None = None

    def __len__(self) -> int:
        return len(self._orders)

    @property
    def latest(self) -> OwnOrder | None:
        """Of those that the venue took; None before the first."""
        return self._latest

    def add(self, order: OwnOrder, choose: random.Random) -> None:
        """An order that the venue said is open."""
        if len(self._orders) < self._orders_max:
            self._orders.append(order)
        else:
            self._orders[self._choice(choose)] = order

    def placed(self, order: OwnOrder) -> None:
        """An order that the venue took, whether it is open or done."""
        self._latest = order

    def take(self, choose: random.Random) -> OwnOrder | None:
        """Any open order, which is out of the pool from now on; else the latest, which the venue will not find open."""
        if not self._orders:
            return self._latest
        place = self._choice(choose)
        self._orders[place], self._orders[-1] = self._orders[-1], self._orders[place]
        return self._orders.pop()

    def look(self, choose: random.Random) -> OwnOrder | None:
        """Any open order, which stays in the pool; else the latest one placed."""
        return self._orders[self._choice(choose)] if self._orders else self._latest

    def _choice(self, choose: random.Random) -> int:
        return int(choose.random() * len(self._orders))
