"""order.query: one of the generator's own orders, open if there is one."""

from scenarios.operations.desk import Desk
from scenarios.operations.request import Request


def request(desk: Desk, symbol: str, arrival: int) -> Request:  # noqa: ARG001  every operation is asked alike
    order = desk.order_to_query(symbol)
    query = f"symbol={order.symbol}&origClientOrderId={order.client_order_id}"
    return Request("GET", "/api/v3/order", query, True, order.symbol, order.client_order_id)
