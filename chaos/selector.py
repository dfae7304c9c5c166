"""Which requests, or which messages of WebSockets, a fault is meant for."""

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
class Message:
    """What the proxy knows of a message on a WebSocket; empty where it does not say."""

    stream: str = ""
    """As it was subscribed to, such as ``btcusdt@depth``."""
    symbol: str = ""
    """Upper case."""
    event: str = ""
    """Type of the event, such as ``executionReport``; of a client's request, its method."""


OF_REQUESTS = ("op", "symbol", "client_order_id")
"""What requests are selected by."""
OF_MESSAGES = ("stream", "symbol", "event")
"""What messages on a WebSocket are selected by."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Requests of one operation, for one symbol, and with one client order id, or with all that begin alike; or
    messages of one stream, symbol and type of event.

    What is not given selects all. ``client_order_id`` and ``stream`` end in ``*`` where they are only how names
    begin; a ``stream`` that begins with ``@`` leaves the symbol open.
    """

    op: Operation | None = None
    symbol: str | None = None
    client_order_id: str | None = None
    stream: str | None = None
    event: str | None = None

    def selects(self, request: Request) -> bool:
        return (
            (self.op is None or self.op is request.op)
            and (self.symbol is None or self.symbol == request.symbol)
            and (self.client_order_id is None or _fits(self.client_order_id, request.client_order_id))
        )

    def selects_message(self, message: Message) -> bool:
        return (
            (self.stream is None or _fits_stream(self.stream, message.stream))
            and (self.symbol is None or self.symbol == message.symbol)
            and (self.event is None or self.event == message.event)
        )

    def as_written(self) -> dict[str, str]:
        given = {name: getattr(self, name) for name in dict.fromkeys(OF_REQUESTS + OF_MESSAGES)}
        return {name: str(value) for name, value in given.items() if value is not None}


def _fits(wanted: str, found: str) -> bool:
    return found.startswith(wanted[:-1]) if wanted.endswith("*") else found == wanted


def _fits_stream(wanted: str, found: str) -> bool:
    return _fits(wanted, found[found.find("@") :] if wanted.startswith("@") else found)


ALL = Selector()
