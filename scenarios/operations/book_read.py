"""book.read: the best levels of a symbol's order book."""

from scenarios.operations.desk import Desk
from scenarios.operations.request import Request

LEVELS = 20


def request(desk: Desk, symbol: str, arrival: int) -> Request:  # noqa: ARG001  every operation is asked alike
    return Request("GET", "/api/v3/depth", f"symbol={symbol}&limit={LEVELS}", False, symbol)
