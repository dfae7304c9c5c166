"""DELETE order, DELETE openOrders and DELETE orderList. An order that is canceled takes its list with it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from mock_exchange.engine.commands import CancelAllOrders, CancelOrder, CancelOrderList, CancelRestriction
from mock_exchange.engine.events import Canceled, Event, Rejected
from mock_exchange.engine.orders import Order
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import one_of
from mock_exchange.gateway.order_list_replies import OrderListReply, canceled_list_reply, list_of
from mock_exchange.gateway.order_replies import ENCODER, NO_ORDER_LIST, CancelReply, cancel_reply
from mock_exchange.gateway.refusals import CANCEL_REJECTED, refusal

KNOWN: Final = frozenset(("symbol", "orderId", "origClientOrderId", "newClientOrderId", "cancelRestrictions"))
KNOWN_ALL: Final = frozenset(("symbol",))
KNOWN_LIST: Final = frozenset(("symbol", "orderListId", "listClientOrderId", "newClientOrderId"))

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


def prepare_list(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    list_id, client_list_id = call.integer("orderListId", NO_ORDER_LIST), call.client_id("listClientOrderId")
    if list_id == NO_ORDER_LIST and not client_list_id:
        raise one_of("orderListId", "listClientOrderId")
    cancel_id = call.client_id("newClientOrderId") or desk.identifiers.fresh()
    command = CancelOrderList(call.account, symbol.name, list_id, client_list_id, cancel_id, call.time_ms)
    return partial(_cancel_list, desk, command)


def order_ids(call: Call, order_id: str = "orderId", client_order_id: str = "origClientOrderId") -> tuple[int, str]:
    """The order's id and its client's id for it, from parameters of these names; at least one of them."""
    ids = call.integer(order_id), call.client_id(client_order_id)
    if not any(ids):
        raise one_of(client_order_id, order_id)
    return ids


def _cancel(desk: Desk, command: CancelOrder) -> bytes:
    return ENCODER.encode(canceled_replies(desk, _applied(desk, command), command.time_ms)[0])


def _cancel_all(desk: Desk, command: CancelAllOrders) -> bytes:
    return ENCODER.encode(canceled_replies(desk, _applied(desk, command), command.time_ms))


def _cancel_list(desk: Desk, command: CancelOrderList) -> bytes:
    return ENCODER.encode(canceled_replies(desk, _applied(desk, command), command.time_ms)[0])


def _applied(desk: Desk, command: CancelOrder | CancelAllOrders | CancelOrderList) -> list[Event]:
    events = desk.apply(command)
    if isinstance(events[0], Rejected):
        raise refusal(events[0].reason, CANCEL_REJECTED)
    return events


def canceled_replies(desk: Desk, events: Sequence[Event], time_ms: int) -> list[CancelReply | OrderListReply]:
    """What was canceled: an order of its own by itself, those of a list as that list."""
    replies: list[CancelReply | OrderListReply] = []
    seen: set[int] = set()
    for event in events:
        if not isinstance(event, Canceled):
            continue
        order = _canceled(desk, event)
        if order.list_id == NO_ORDER_LIST:
            replies.append(cancel_reply(desk.symbols[order.symbol], order, event.client_order_id, time_ms))
        elif order.list_id not in seen:
            seen.add(order.list_id)
            replies.append(canceled_list_reply(desk, list_of(desk, order), event.client_order_id, time_ms))
    return replies


def _canceled(desk: Desk, event: Canceled) -> Order:
    order = desk.engine.order(event.account, event.symbol, event.order_id)
    if order is None:
        raise LookupError(f"the engine canceled order {event.order_id} of {event.symbol} and does not know it")
    return order
