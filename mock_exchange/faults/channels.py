"""Which market streams and which user events a fault is meant for. What nobody hears is meant by none."""

from typing import Literal

from mock_exchange.faults.fault import Subject
from mock_exchange.streams.names import Kind, parse_stream_name
from mock_exchange.streams.outbox import Letter
from mock_exchange.user_data.feed import Notice
from mock_exchange.user_data.shapes import ExecutionReport, ListStatus

MarketChannel = Literal[
    "market",
    "depth",
    "partial_depth",
    "trade",
    "aggTrade",
    "bookTicker",
    "kline",
    "ticker",
    "miniTicker",
    "avgPrice",
]
"""A kind of market stream, or all of them."""

UserEvents = Literal["fills", "orders", "all"]
"""Reports of fills; all reports of orders and order lists; those and the changes of balances."""


def letter_subject(letter: Letter, channel: str) -> Subject | None:
    """What a message's stream is about; None where it is on another channel, or no market stream at all.

    A stream of all symbols is about none.
    """
    audience = letter[0]
    name = parse_stream_name(audience.name) if audience else None
    if name is None or (channel != "market" and name.kind is not _KINDS[channel]):
        return None
    return Subject(symbol=name.symbol)


def notice_subject(notice: Notice, events: UserEvents = "all") -> Subject | None:
    """What the event is about, empty where it is about no order; None where it is none of ``events``.

    A cancel's report bears an id of the cancel's own; it is about the order that was canceled.
    """
    event = notice.event
    if not any(listener.is_live for listener in notice.listeners):
        return None
    if isinstance(event, ExecutionReport):
        if events == "fills" and event.execution_type != "TRADE":
            return None
        client_order_id = event.original_client_order_id or event.client_order_id
        return Subject(symbol=event.symbol, client_order_id=client_order_id)
    if isinstance(event, ListStatus):
        return None if events == "fills" else Subject(symbol=event.symbol)
    return Subject() if events == "all" else None


_KINDS = {kind.value.replace(" ", "_"): kind for kind in Kind}
