"""Orders are shown as if nothing of them had been executed, while the engine, balances and the truth know better."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, Final

import msgspec

from mock_exchange.engine.orders import OrderStatus
from mock_exchange.faults.channels import notice_subject
from mock_exchange.faults.fault import Fault, Subject
from mock_exchange.faults.seams import Seams, Submit
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.order_replies import amount
from mock_exchange.stages import Ticket
from mock_exchange.user_data.feed import Notice
from mock_exchange.user_data.shapes import ExecutionReport

_NOTHING: Final = amount(0)
_EXECUTED: Final = frozenset(("executedQty", "cummulativeQuoteQty", "cumulativeQuoteQty"))
"""The venue spells the last one right in replies to amendments."""
_FILLS: Final = (OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED)
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder()

ShownOrder = dict[str, Any]
"""An order in a reply, whatever else the reply is about."""


class UnseenFills(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("op", "symbol", "client_order_id")
        from_replies = seams.submitting.add(lambda submit: partial(self._blind, fault, submit))
        in_events = seams.notices.divert(partial(self._tell, fault))

        def end() -> None:
            from_replies()
            in_events.end()

        return end

    def _blind(self, fault: Fault, submit: Submit, ticket: Ticket) -> bool:
        if ticket.operation.startswith("order."):
            ticket.work = partial(self._reply, fault, ticket.operation, ticket.work)
        return submit(ticket)

    def _reply(self, fault: Fault, operation: str, work: Callable[[], bytes]) -> bytes:
        """Also of a replacement that failed in part, which is an error that tells of the order that was canceled."""
        try:
            body = work()
        except VenueError as error:
            if isinstance(error.data, msgspec.Raw):
                error.data = msgspec.Raw(self._blinded(fault, operation, bytes(error.data)))
            raise
        return self._blinded(fault, operation, body)

    def _blinded(self, fault: Fault, operation: str, body: bytes) -> bytes:
        if fault.lifted_by is not None:  # while the request waited in the queue
            return body
        reply = _DECODER.decode(body)
        hits = fault.hits
        for order in _executed_orders(reply):
            client_order_id = order.get("origClientOrderId") or order.get("clientOrderId", "")
            if fault.touches(Subject(operation, order["symbol"], client_order_id), self.probability):
                _forget_fills(order)
        return body if fault.hits == hits else _ENCODER.encode(reply)

    def _tell(self, fault: Fault, notice: Notice, onward: Callable[[Notice], None]) -> None:
        """A fill is not told; what is told of its order later is told without it."""
        event, subject = notice.event, notice_subject(notice)
        if (
            not isinstance(event, ExecutionReport)
            or event.cumulative_quantity == _NOTHING
            or subject is None
            or not fault.touches(subject, self.probability)
        ):
            onward(notice)
        elif event.execution_type != "TRADE":
            blind = _without_fills(event)
            onward(notice._replace(event=blind, payload=_ENCODER.encode(blind)))


def _executed_orders(reply: object) -> Iterator[ShownOrder]:
    """All in the reply, however deep: lists of orders and replacements hold them within."""
    if isinstance(reply, list):
        for each in reply:
            yield from _executed_orders(each)
    elif isinstance(reply, dict):
        if reply.get("executedQty", _NOTHING) != _NOTHING:
            yield reply
        for each in reply.values():
            yield from _executed_orders(each)


def _forget_fills(order: ShownOrder) -> None:
    for name in _EXECUTED.intersection(order):
        order[name] = _NOTHING
    if order["status"] in _FILLS:
        order["status"] = OrderStatus.NEW
    if "fills" in order:
        order["fills"] = []


def _without_fills(report: ExecutionReport) -> ExecutionReport:
    status = OrderStatus.NEW if report.status in _FILLS else report.status
    return msgspec.structs.replace(report, cumulative_quantity=_NOTHING, cumulative_quote=_NOTHING, status=status)
