"""A reader only looks: at the book or at the best prices."""

import random
from typing import ClassVar

from scenarios.traders.trader import READ_BOOK, READ_TICKER, Own, Wish, either
from slo.history import Operation


class Reader:
    """Places nothing."""

    operations: ClassVar = frozenset({Operation.BOOK_READ, Operation.TICKER_READ})

    def next(self, own: Own, choose: random.Random) -> Wish:  # noqa: ARG002  every trader is asked alike
        return either((READ_BOOK, READ_TICKER), choose)
