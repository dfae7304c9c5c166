"""GET order, openOrders and allOrders: what became of an account's orders."""

from functools import partial
from operator import attrgetter
from typing import Final

import msgspec

from mock_exchange.engine.orders import Order, OrderStatus
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway import span
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.cancel_order import order_ids
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.expiry import listed_expiry_reason
from mock_exchange.gateway.order_list_replies import list_of
from mock_exchange.gateway.order_replies import ENCODER, NO_ORDER_LIST, OrderReply, order_reply

KNOWN: Final = frozenset(("symbol", "orderId", "origClientOrderId"))
KNOWN_OPEN: Final = frozenset(("symbol",))
KNOWN_ALL: Final = span.KNOWN | {"symbol", "orderId"}


def prepare(desk: Desk, call: Call) -> Work:
    return partial(_order, desk, call.account, call.symbol(desk.symbols), *order_ids(call))


def _order(desk: Desk, account: int, symbol: Symbol, order_id: int, client_order_id: str) -> bytes:
    order = desk.engine.order(account, symbol.name, order_id, client_order_id)
    if order is not None:
        return ENCODER.encode(_reply(desk, order))
    if order_id and client_order_id and desk.engine.order(account, symbol.name, order_id):
        raise VenueError(-2039, "Client order ID is not correct for this order ID.")
    raise VenueError(-2013, "Order does not exist.")


def prepare_open(desk: Desk, call: Call) -> Work:
    name = call.symbol(desk.symbols).name if "symbol" in call.parameters else None
    return partial(_open_orders, desk, call.account, name)


def _open_orders(desk: Desk, account: int, name: str | None) -> bytes:
    orders = desk.engine.open_orders(account, name)
    return ENCODER.encode([_reply(desk, order) for order in orders])


def prepare_all(desk: Desk, call: Call) -> Work:
    return partial(_all_orders, desk, call.account, call.symbol(desk.symbols), span.span(call, "orderId"))


def _all_orders(desk: Desk, account: int, symbol: Symbol, wanted: span.Span) -> bytes:
    history = desk.engine.order_history(account, symbol.name)
    orders = wanted.of(history, attrgetter("order_id"), attrgetter("created_ms"))
    return ENCODER.encode([_reply(desk, order) for order in orders])


def _reply(desk: Desk, order: Order) -> OrderReply:
    reply = order_reply(desk.symbols[order.symbol], order)
    if order.status is not OrderStatus.EXPIRED or order.list_id == NO_ORDER_LIST:
        return reply
    order_list = list_of(desk, order)
    first = desk.engine.order(order.account, order.symbol, order_list.order_ids[0])
    return msgspec.structs.replace(reply, expiry_reason=listed_expiry_reason(order, order_list, first))
