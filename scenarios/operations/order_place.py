"""order.place: a LIMIT GTC order, buys and sells alike, part of them at a price that trades at once."""

from scenarios.operations.desk import Desk
from scenarios.operations.orders import OwnOrder
from scenarios.operations.request import Request
from slo.history import Outcome

CROSSING_SHARE = 0.4
SIDES = ("BUY", "SELL")
OPEN_STATUSES = frozenset({"NEW", "PARTIALLY_FILLED"})


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


def settled(desk: Desk, asked: Request, outcome: Outcome, order_status: str) -> None:
    """An order that the venue took is known; one that it says is open can be cancelled."""
    if outcome is Outcome.OK and order_status:
        order = OwnOrder(asked.symbol, asked.client_order_id)
        desk.orders.placed(order)
        if order_status in OPEN_STATUSES:
            desk.orders.add(order, desk.choose)
