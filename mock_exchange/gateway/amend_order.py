"""PUT order/amend/keepPriority and GET order/amendments: a smaller quantity for an order that keeps its place."""

from functools import partial
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from mock_exchange.engine.commands import AmendOrder
from mock_exchange.engine.events import Amended, Expired, Rejected
from mock_exchange.engine.orders import Amendment, Order
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.cancel_order import order_ids
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_list_replies import ListedOrder, contingency, list_of, listed_orders
from mock_exchange.gateway.order_replies import ENCODER, NO_ORDER_LIST, Conditional, amount, extras
from mock_exchange.gateway.refusals import AMEND_REJECTED, refusal

KNOWN: Final = frozenset(("symbol", "orderId", "origClientOrderId", "newClientOrderId", "newQty"))
KNOWN_HISTORY: Final = frozenset(("symbol", "orderId", "fromExecutionId", "limit"))

NO_EXECUTION: Final = -1
_DEFAULT: Final = 500
_MAX: Final = 1000


class AmendedOrder(Conditional, rename="camel", frozen=True, gc=False):
    """As other orders, with other names for the same quantities."""

    symbol: str
    order_id: int
    order_list_id: int
    orig_client_order_id: str
    client_order_id: str
    price: str
    qty: str
    executed_qty: str
    prevented_qty: str
    quote_order_qty: str
    cumulative_quote_qty: str  # spelt correctly, here
    status: str
    time_in_force: str
    type: str
    side: str
    self_trade_prevention_mode: str
    working_time: int | UnsetType = UNSET


class ListStatus(msgspec.Struct, rename="camel", frozen=True):
    order_list_id: int
    contingency_type: str
    list_order_status: str
    list_client_order_id: str
    symbol: str
    orders: list[ListedOrder]


class AmendmentReply(msgspec.Struct, rename="camel", frozen=True):
    symbol: str
    order_id: int
    execution_id: int
    orig_client_order_id: str
    new_client_order_id: str
    orig_qty: str
    new_qty: str
    time: int


class AmendReply(msgspec.Struct, rename="camel", frozen=True):
    transact_time: int
    execution_id: int
    amended_order: AmendedOrder
    list_status: ListStatus | UnsetType = UNSET


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    ids = order_ids(call)
    client_order_id = call.client_id("newClientOrderId") or desk.identifiers.fresh()
    quantity = call.quantity(symbol, "newQty")
    command = AmendOrder(call.account, symbol.name, *ids, client_order_id, quantity, call.time_ms)
    return partial(_amend, desk, symbol, command)


def _amend(desk: Desk, symbol: Symbol, command: AmendOrder) -> bytes:
    event = desk.apply(command)[0]
    if isinstance(event, Rejected):
        raise refusal(event.reason, AMEND_REJECTED)
    if not isinstance(event, Amended | Expired):
        raise TypeError(f"the engine answered an amendment with {event!r}, neither amended, expired nor rejected")
    order = desk.engine.order(event.account, event.symbol, event.order_id)
    if order is None:
        raise LookupError(f"the engine amended order {event.order_id} of {event.symbol} and does not know it")
    return ENCODER.encode(_reply(desk, symbol, order, command.time_ms))


def _reply(desk: Desk, symbol: Symbol, order: Order, time_ms: int) -> AmendReply:
    """An order that the amendment left nothing to execute has expired, as it was."""
    last = order.amendments[-1] if order.is_open else None
    original = last.client_order_id if last is not None else order.client_order_id
    execution_id = last.execution_id if last is not None else NO_EXECUTION
    return AmendReply(time_ms, execution_id, _amended_order(symbol, order, original), _list_status(desk, order))


def _amended_order(symbol: Symbol, order: Order, original_client_order_id: str) -> AmendedOrder:
    return AmendedOrder(
        order.symbol,
        order.order_id,
        order.list_id,
        original_client_order_id,
        order.client_order_id,
        amount(order.price * symbol.tick_units),
        amount(order.quantity * symbol.lot_units),
        amount(order.executed * symbol.lot_units),
        amount(order.prevented * symbol.lot_units),
        amount(order.quote_quantity),
        amount(order.quote_executed),
        order.status,
        order.time_in_force,
        order.type,
        order.side,
        order.self_trade_prevention,
        order.working_ms or UNSET,
        **extras(symbol, order),
    )


def _list_status(desk: Desk, order: Order) -> ListStatus | UnsetType:
    if order.list_id == NO_ORDER_LIST:
        return UNSET
    of = list_of(desk, order)
    return ListStatus(
        of.list_id,
        contingency(of.kind),
        of.order_status,
        of.client_list_id,
        of.symbol,
        listed_orders(desk, of),
    )


def prepare_history(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    call.text("orderId")
    return partial(
        _history,
        desk,
        call.account,
        symbol,
        call.integer("orderId"),
        from_id=call.integer("fromExecutionId"),
        limit=call.limit(_DEFAULT, _MAX),
    )


def _history(desk: Desk, account: int, symbol: Symbol, order_id: int, *, from_id: int, limit: int) -> bytes:
    order = desk.engine.order(account, symbol.name, order_id) if order_id else None
    found = [each for each in order.amendments if each.execution_id >= from_id] if order is not None else []
    return ENCODER.encode([_amendment_reply(symbol, order_id, each) for each in found[:limit]])


def _amendment_reply(symbol: Symbol, order_id: int, amendment: Amendment) -> AmendmentReply:
    return AmendmentReply(
        symbol.name,
        order_id,
        amendment.execution_id,
        amendment.client_order_id,
        amendment.new_client_order_id,
        symbol.format_quantity(amendment.quantity),
        symbol.format_quantity(amendment.new_quantity),
        amendment.time_ms,
    )
