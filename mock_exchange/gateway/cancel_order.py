"""DELETE order and DELETE openOrders."""

from functools import partial
from typing import Final

from mock_exchange.engine.commands import CancelAllOrders, CancelOrder
from mock_exchange.engine.events import Canceled, Rejected
from mock_exchange.engine.orders import Order, OrderStatus
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError, rejection
from mock_exchange.gateway.order_replies import ENCODER, CancelReply, cancel_reply

KNOWN: Final = frozenset(("symbol", "orderId", "origClientOrderId", "newClientOrderId", "cancelRestrictions"))
KNOWN_ALL: Final = frozenset(("symbol",))

_RESTRICTIONS: Final = {"ONLY_NEW": OrderStatus.NEW, "ONLY_PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED}


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    order_id, client_order_id = order_ids(call)
    command = CancelOrder(
        call.account,
        symbol.name,
        order_id,
        client_order_id,
        call.client_id("newClientOrderId") or desk.identifiers.fresh(),
        call.time_ms,
    )
    return partial(_cancel, desk, symbol, command, _required_status(call))


def prepare_all(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    command = CancelAllOrders(call.account, symbol.name, desk.identifiers.fresh(), call.time_ms)
    return partial(_cancel_all, desk, symbol, command)


def order_ids(call: Call) -> tuple[int, str]:
    """``orderId`` and ``origClientOrderId``; at least one of them."""
    order_id, client_order_id = call.integer("orderId"), call.client_id("origClientOrderId")
    if not order_id and not client_order_id:
        raise VenueError(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
    return order_id, client_order_id


def _required_status(call: Call) -> OrderStatus | None:
    if "cancelRestrictions" not in call.parameters:
        return None
    return call.choice("cancelRestrictions", _RESTRICTIONS, -1145, "Invalid cancelRestrictions")


def _cancel(desk: Desk, symbol: Symbol, command: CancelOrder, required: OrderStatus | None) -> bytes:
    if required is not None:
        order = desk.engine.order(command.account, command.symbol, command.order_id, command.client_order_id)
        if order is not None and order.is_open and order.status is not required:
            raise VenueError(-2011, "Order was not canceled due to cancel restrictions.")
    event = desk.apply(command)[0]
    if isinstance(event, Rejected):
        raise rejection(event.reason)
    if not isinstance(event, Canceled):
        raise TypeError(f"the engine answered a cancel with {event!r}, neither canceled nor rejected")
    return ENCODER.encode(_reply(desk, symbol, event, command.time_ms))


def _cancel_all(desk: Desk, symbol: Symbol, command: CancelAllOrders) -> bytes:
    events = desk.apply(command)
    if isinstance(events[0], Rejected):
        raise rejection(events[0].reason)
    replies = [_reply(desk, symbol, event, command.time_ms) for event in events if isinstance(event, Canceled)]
    return ENCODER.encode(replies)


def _reply(desk: Desk, symbol: Symbol, event: Canceled, time_ms: int) -> CancelReply:
    return cancel_reply(symbol, _canceled(desk, event), event.client_order_id, time_ms)


def _canceled(desk: Desk, event: Canceled) -> Order:
    order = desk.engine.order(event.account, event.symbol, event.order_id)
    if order is None:
        raise LookupError(f"the engine canceled order {event.order_id} of {event.symbol} and does not know it")
    return order
