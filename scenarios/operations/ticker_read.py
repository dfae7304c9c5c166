"""ticker.read: a symbol's best bid and ask."""

from scenarios.operations.desk import Desk
from scenarios.operations.request import Request


def request(desk: Desk, symbol: str, arrival: int) -> Request:  # noqa: ARG001  every operation is asked alike
    return Request("GET", "/api/v3/ticker/bookTicker", f"symbol={symbol}", False, symbol)
