"""order.place: of a mix a LIMIT GTC order, buys and sells alike, part of them at a price that trades at once.

Traders say on which side they want what.
"""

from collections.abc import Callable
from enum import Enum

from scenarios.operations.desk import Desk
from scenarios.operations.orders import OwnOrder
from scenarios.operations.request import Request
from slo.history import Outcome

CROSSING_SHARE = 0.4
SIDES = ("BUY", "SELL")
BUY, SELL = range(2)
OPEN_STATUSES = frozenset({"NEW", "PARTIALLY_FILLED"})


class Manner(Enum):
    """How an order meets the book."""

    RESTING = "LIMIT&timeInForce=GTC"
    """It waits at its price."""
    TAKING = "LIMIT&timeInForce=IOC"
    """It trades at once up to its price, and what is left is gone."""
    MARKET = "MARKET"
    """It trades at any price."""


def request(desk: Desk, symbol: str, arrival: int) -> Request:
    choose = desk.choose
    ladder = desk.ladders[symbol]
    side = int(choose.random() * 2)
    price = ladder.price(side, choose.random() < CROSSING_SHARE, choose)
    client_order_id = desk.client_order_id(arrival)
    query = (
        f"symbol={symbol}&side={SIDES[side]}&type=LIMIT&timeInForce=GTC"
        f"&quantity={ladder.quantity(choose)}&price={price}&newClientOrderId={client_order_id}"
    )
    return Request("POST", "/api/v3/order", query, True, symbol, client_order_id)


def order(side: int, manner: Manner) -> Callable[[Desk, str, int], Request]:
    """Makes orders of one side and manner; ``side`` 0 buys, 1 sells."""

    def made(desk: Desk, symbol: str, arrival: int) -> Request:
        ladder, choose, client_order_id = desk.ladders[symbol], desk.choose, desk.client_order_id(arrival)
        at = "" if manner is Manner.MARKET else f"&price={ladder.price(side, manner is Manner.TAKING, choose)}"
        query = (
            f"symbol={symbol}&side={SIDES[side]}&type={manner.value}"
            f"&quantity={ladder.quantity(choose)}{at}&newClientOrderId={client_order_id}"
        )
        return Request("POST", "/api/v3/order", query, True, symbol, client_order_id)

    return made


def settled(desk: Desk, asked: Request, outcome: Outcome, order_status: str) -> None:
    """An order that the venue took is known; one that it says is open can be cancelled."""
    if outcome is Outcome.OK and order_status:
        order = OwnOrder(asked.symbol, asked.client_order_id)
        desk.orders.placed(order)
        if order_status in OPEN_STATUSES:
            desk.orders.add(order, desk.choose)
