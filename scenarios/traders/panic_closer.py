"""A position closer in panic sells at any price, and asks again and again whether it is done and what is left."""

import random
from typing import ClassVar

from scenarios.traders.trader import QUERY, READ_ACCOUNT, SELL_AT_ANY_PRICE, Own, Wish
from slo.history import Operation

ROUND = (SELL_AT_ANY_PRICE, QUERY, READ_ACCOUNT, QUERY, READ_ACCOUNT)


class PanicCloser:
    """Five steps, over and over."""

    operations: ClassVar = frozenset({Operation.ORDER_PLACE, Operation.ORDER_QUERY, Operation.ACCOUNT_READ})

    def __init__(self) -> None:
        self._step = 0

    def next(self, own: Own, choose: random.Random) -> Wish:  # noqa: ARG002  every trader is asked alike
        wish = ROUND[self._step % len(ROUND)]
        self._step += 1
        return READ_ACCOUNT if wish is QUERY and not own.has_placed else wish
