"""order.cancel: one of the generator's own open orders; it is open again if the venue certainly did not do it."""

from scenarios.operations.desk import Desk
from scenarios.operations.orders import OwnOrder
from scenarios.operations.request import Request
from slo.history import Outcome

CERTAINLY_NOT_DONE = frozenset({Outcome.THROTTLED, Outcome.SHED, Outcome.FAILED, Outcome.DROPPED})


def request(desk: Desk, symbol: str, arrival: int) -> Request:  # noqa: ARG001  every operation is asked alike
    order = desk.order_to_cancel(symbol)
    query = f"symbol={order.symbol}&origClientOrderId={order.client_order_id}"
    return Request("DELETE", "/api/v3/order", query, True, order.symbol, order.client_order_id)


def settled(desk: Desk, asked: Request, outcome: Outcome, order_status: str) -> None:  # noqa: ARG001
    if outcome in CERTAINLY_NOT_DONE:
        desk.orders.add(OwnOrder(asked.symbol, asked.client_order_id), desk.choose)
