"""Which requests a fault is meant for."""

from dataclasses import dataclass

from slo.history import Operation


@dataclass(frozen=True, slots=True)
class Request:
    """What the proxy knows of a request when it decides. ``op`` is None for a route that is no operation of ours."""

    method: str
    target: str
    op: Operation | None
    symbol: str = ""
    """Empty where the request names none."""
    client_order_id: str = ""
    """Of the order that is placed, cancelled or asked for; empty where the request names none."""
    request_id: str = ""
    """Its X-Request-Id, by which whoever sent it knows it again; empty where it has none."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Requests of one operation, for one symbol, and with one client order id, or with all that begin alike.

    What is not given selects all; ``client_order_id`` ends in ``*`` where it is only how ids begin.
    """

    op: Operation | None = None
    symbol: str | None = None
    client_order_id: str | None = None

    def selects(self, request: Request) -> bool:
        return (
            (self.op is None or self.op is request.op)
            and (self.symbol is None or self.symbol == request.symbol)
            and (self.client_order_id is None or _fits(self.client_order_id, request.client_order_id))
        )

    def as_written(self) -> dict[str, str]:
        given = {"op": self.op, "symbol": self.symbol, "client_order_id": self.client_order_id}
        return {name: str(value) for name, value in given.items() if value is not None}


def _fits(wanted: str, found: str) -> bool:
    return found.startswith(wanted[:-1]) if wanted.endswith("*") else found == wanted


ALL = Selector()
