"""A cancel storm builds up resting orders, and then does nothing but cancel until none is left.

The venue's own cancel-all would be one request; clients that storm send one for each order.
"""

import random
from typing import ClassVar

from scenarios.traders.trader import CANCEL, REST, Own, Wish, either
from slo.history import Operation

ORDERS_IN_A_BURST = 20


class CancelStorm:
    """Places a burst, cancels each of it, and begins again."""

    operations: ClassVar = frozenset({Operation.ORDER_PLACE, Operation.ORDER_CANCEL})

    def __init__(self) -> None:
        self._placed = 0

    def next(self, own: Own, choose: random.Random) -> Wish:
        if self._placed == ORDERS_IN_A_BURST:
            if own.open_orders:
                return CANCEL
            self._placed = 0
        self._placed += 1
        return either(REST, choose)
