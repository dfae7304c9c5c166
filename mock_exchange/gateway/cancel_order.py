"""DELETE order and DELETE openOrders."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from mock_exchange.engine.commands import CancelAllOrders, CancelOrder, CancelRestriction
from mock_exchange.engine.events import Canceled, Event, Rejected, Rejection
from mock_exchange.engine.orders import Order
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import one_of, rejection
from mock_exchange.gateway.order_replies import ENCODER, CancelReply, cancel_reply

KNOWN: Final = frozenset(("symbol", "orderId", "origClientOrderId", "newClientOrderId", "cancelRestrictions"))
KNOWN_ALL: Final = frozenset(("symbol",))

_RESTRICTIONS: Final = {
    restriction.value: restriction for restriction in CancelRestriction if restriction is not CancelRestriction.NONE
}


def prepare(desk: Desk, call: Call) -> Work:
    return partial(_cancel, desk, cancel_command(desk, call))


def cancel_command(
    desk: Desk,
    call: Call,
    order_id: str = "orderId",
    client_order_id: str = "origClientOrderId",
    cancel_id: str = "newClientOrderId",
) -> CancelOrder:
    """The cancel that the parameters of these names describe."""
    symbol = call.symbol(desk.symbols)
    ids = order_ids(call, order_id, client_order_id)
    restriction = CancelRestriction.NONE
    if "cancelRestrictions" in call.parameters:
        restriction = call.choice("cancelRestrictions", _RESTRICTIONS, -1145, "Invalid cancelRestrictions")
    chosen = call.client_id(cancel_id) or desk.identifiers.fresh()
    return CancelOrder(call.account, symbol.name, *ids, chosen, call.time_ms, restriction)


def prepare_all(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    command = CancelAllOrders(call.account, symbol.name, desk.identifiers.fresh(), call.time_ms)
    return partial(_cancel_all, desk, command)


def order_ids(call: Call, order_id: str = "orderId", client_order_id: str = "origClientOrderId") -> tuple[int, str]:
    """The order's id and its client's id for it, from parameters of these names; at least one of them."""
    ids = call.integer(order_id), call.client_id(client_order_id)
    if not any(ids):
        raise one_of(client_order_id, order_id)
    return ids


def _cancel(desk: Desk, command: CancelOrder) -> bytes:
    _check_restriction(desk, command)
    return ENCODER.encode(canceled_replies(desk, _applied(desk, command), command.time_ms)[0])


def _check_restriction(desk: Desk, command: CancelOrder) -> None:
    if command.restriction is CancelRestriction.NONE:
        return
    order = desk.engine.order(command.account, command.symbol, command.order_id, command.client_order_id)
    if order is not None and order.is_open and order.status.value != command.restriction.value.removeprefix("ONLY_"):
        raise rejection(Rejection.CANCEL_RESTRICTED)


def _cancel_all(desk: Desk, command: CancelAllOrders) -> bytes:
    return ENCODER.encode(canceled_replies(desk, _applied(desk, command), command.time_ms))


def _applied(desk: Desk, command: CancelOrder | CancelAllOrders) -> list[Event]:
    events = desk.apply(command)
    if isinstance(events[0], Rejected):
        raise rejection(events[0].reason)
    return events


def canceled_replies(desk: Desk, events: Sequence[Event], time_ms: int) -> list[CancelReply]:
    """What was canceled, in the order of the events."""
    canceled = [event for event in events if isinstance(event, Canceled)]
    return [
        cancel_reply(desk.symbols[event.symbol], _canceled(desk, event), event.client_order_id, time_ms)
        for event in canceled
    ]


def _canceled(desk: Desk, event: Canceled) -> Order:
    order = desk.engine.order(event.account, event.symbol, event.order_id)
    if order is None:
        raise LookupError(f"the engine canceled order {event.order_id} of {event.symbol} and does not know it")
    return order
