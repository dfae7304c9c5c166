"""Retail places limit orders, asks time and again what has become of them, and sometimes takes one back."""

import random
from typing import ClassVar

from scenarios.traders.trader import CANCEL, QUERY, REST, Own, Wish, either
from slo.history import Operation

PLACES, CANCELS = 0.4, 0.15
"""Shares of its requests; the rest are queries."""


class Retail:
    """Each request is drawn anew, by the shares above."""

    operations: ClassVar = frozenset({Operation.ORDER_PLACE, Operation.ORDER_QUERY, Operation.ORDER_CANCEL})

    def next(self, own: Own, choose: random.Random) -> Wish:
        mood = choose.random()
        if mood < PLACES or not own.has_placed:
            return either(REST, choose)
        return CANCEL if mood < PLACES + CANCELS and own.open_orders else QUERY
