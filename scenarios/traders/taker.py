"""A taker trades against the book at once, on either side, and leaves nothing in it."""

import random
from typing import ClassVar

from scenarios.traders.trader import TAKE, Own, Wish, either
from slo.history import Operation


class Taker:
    """Every request is an order that does not rest."""

    operations: ClassVar = frozenset({Operation.ORDER_PLACE})

    def next(self, own: Own, choose: random.Random) -> Wish:  # noqa: ARG002  every trader is asked alike
        return either(TAKE, choose)
