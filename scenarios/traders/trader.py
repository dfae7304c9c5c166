"""What a trader is: it is told what it has, and says what it wants next. Pure; chance comes from a stream passed in."""

import random
from collections.abc import Callable
from typing import ClassVar, NamedTuple, Protocol

from scenarios.operations import OPERATIONS, Desk, Request
from scenarios.operations.order_place import BUY, SELL, Manner, order
from slo.history import Operation


class Own(NamedTuple):
    """What a trader knows of its own orders, from the venue's answers alone."""

    open_orders: int
    """Acknowledged as open, and not yet asked to be cancelled."""
    has_placed: bool
    """Whether the venue has ever taken one."""


class Wish(NamedTuple):
    """One request. Which of its own orders a cancel or a query is about is its desk's choice."""

    operation: Operation
    request: Callable[[Desk, str, int], Request]


class Trader(Protocol):
    """The life cycle of one trader's orders in one symbol, a state machine that moves once for each request."""

    operations: ClassVar[frozenset[Operation]]
    """All that it ever asks for."""

    def next(self, own: Own, choose: random.Random) -> Wish:
        """Never a cancel while ``own`` has no open order, and no query before there is one to ask about."""
        ...


def _as_in_a_mix(operation: Operation) -> Wish:
    return Wish(operation, OPERATIONS[operation].request)


def _place(side: int, manner: Manner) -> Wish:
    return Wish(Operation.ORDER_PLACE, order(side, manner))


CANCEL = _as_in_a_mix(Operation.ORDER_CANCEL)
QUERY = _as_in_a_mix(Operation.ORDER_QUERY)
READ_BOOK = _as_in_a_mix(Operation.BOOK_READ)
READ_TICKER = _as_in_a_mix(Operation.TICKER_READ)
READ_ACCOUNT = _as_in_a_mix(Operation.ACCOUNT_READ)
REST = (_place(BUY, Manner.RESTING), _place(SELL, Manner.RESTING))
"""Orders that wait in the book: a buy, a sell."""
TAKE = (_place(BUY, Manner.TAKING), _place(SELL, Manner.TAKING))
"""Orders that trade at once or not at all: a buy, a sell."""
SELL_AT_ANY_PRICE = _place(SELL, Manner.MARKET)


def either(sides: tuple[Wish, Wish], choose: random.Random) -> Wish:
    return sides[int(choose.random() * 2)]
