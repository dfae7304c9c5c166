"""A market maker looks at the book, quotes both sides, takes back whatever rests of its quotes, and quotes anew."""

import random
from typing import ClassVar

from scenarios.traders.trader import CANCEL, READ_BOOK, REST, Own, Wish
from slo.history import Operation

ROUND = (READ_BOOK, *REST)


class MarketMaker:
    """Quotes one buy and one sell at a time."""

    operations: ClassVar = frozenset({Operation.BOOK_READ, Operation.ORDER_PLACE, Operation.ORDER_CANCEL})

    def __init__(self) -> None:
        self._done = 0

    def next(self, own: Own, choose: random.Random) -> Wish:  # noqa: ARG002  every trader is asked alike
        if self._done == len(ROUND):
            if own.open_orders:
                return CANCEL
            self._done = 0
        self._done += 1
        return ROUND[self._done - 1]
