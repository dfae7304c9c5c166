"""Orders as the venue writes them: the shapes, and how an order of the engine becomes one."""

from collections.abc import Sequence

import msgspec

from mock_exchange.engine.commands import OrderType, PlaceOrder, Side
from mock_exchange.engine.events import Event, Traded
from mock_exchange.engine.orders import Order
from mock_exchange.engine.symbols import Symbol, format_amount

ENCODER = msgspec.json.Encoder()
NO_SELF_TRADE_PREVENTION = "NONE"
NO_ORDER_LIST = -1
_ZERO = "0.00000000"
_BUY = Side.BUY
_MARKET = OrderType.MARKET


class AckReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    order_id: int
    order_list_id: int
    client_order_id: str
    transact_time: int


class ResultReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    order_id: int
    order_list_id: int
    client_order_id: str
    transact_time: int
    price: str
    orig_qty: str
    executed_qty: str
    orig_quote_order_qty: str
    cummulative_quote_qty: str  # misspelt by the venue
    status: str
    time_in_force: str
    type: str
    side: str
    working_time: int
    self_trade_prevention_mode: str
    fills: "list[FillReply] | msgspec.UnsetType" = msgspec.UNSET
    """FULL has them, RESULT does not."""


class FillReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    price: str
    qty: str
    commission: str
    commission_asset: str
    trade_id: int


class CancelReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    orig_client_order_id: str
    order_id: int
    order_list_id: int
    client_order_id: str
    transact_time: int
    price: str
    orig_qty: str
    executed_qty: str
    orig_quote_order_qty: str
    cummulative_quote_qty: str
    status: str
    time_in_force: str
    type: str
    side: str
    self_trade_prevention_mode: str


class OrderReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    order_id: int
    order_list_id: int
    client_order_id: str
    price: str
    orig_qty: str
    executed_qty: str
    cummulative_quote_qty: str
    status: str
    time_in_force: str
    type: str
    side: str
    stop_price: str
    iceberg_qty: str
    time: int
    update_time: int
    is_working: bool
    working_time: int
    orig_quote_order_qty: str
    self_trade_prevention_mode: str


def amount(units: int) -> str:
    """As ``format_amount``; most amounts of an order are nothing, and that text is ready."""
    return format_amount(units) if units else _ZERO


def ack_reply(order: Order) -> AckReply:
    return AckReply(order.symbol, order.order_id, NO_ORDER_LIST, order.client_order_id, order.created_ms)


def result_reply(symbol: Symbol, order: Order, fills: list[FillReply] | msgspec.UnsetType) -> ResultReply:
    return ResultReply(
        order.symbol,
        order.order_id,
        NO_ORDER_LIST,
        order.client_order_id,
        order.created_ms,
        format_amount(order.price * symbol.tick_units),
        format_amount(order.quantity * symbol.lot_units),
        amount(order.executed * symbol.lot_units) if order.executed else _ZERO,
        amount(order.quote_quantity) if order.quote_quantity else _ZERO,
        amount(order.quote_executed) if order.quote_executed else _ZERO,
        order.status,
        order.time_in_force,
        order.type,
        order.side,
        order.created_ms,
        NO_SELF_TRADE_PREVENTION,
        fills,
    )


def fills_of(symbol: Symbol, command: PlaceOrder, events: Sequence[Event]) -> list[FillReply]:
    """The taker's side of the trades that the command caused."""
    if len(events) == 1:
        return []  # accepted, and nothing else
    received = symbol.base if command.side is _BUY else symbol.quote
    return [
        FillReply(
            symbol.format_price(trade.price),
            symbol.format_quantity(trade.quantity),
            amount(trade.taker_commission),
            received,
            trade.trade_id,
        )
        for trade in events
        if isinstance(trade, Traded)
    ]


def cancel_reply(symbol: Symbol, order: Order, client_order_id: str, time_ms: int) -> CancelReply:
    return CancelReply(
        order.symbol,
        order.client_order_id,
        order.order_id,
        NO_ORDER_LIST,
        client_order_id,
        time_ms,
        amount(order.price * symbol.tick_units),
        amount(order.quantity * symbol.lot_units),
        amount(order.executed * symbol.lot_units),
        amount(order.quote_quantity),
        amount(order.quote_executed),
        order.status,
        order.time_in_force,
        order.type,
        order.side,
        NO_SELF_TRADE_PREVENTION,
    )


def order_reply(symbol: Symbol, order: Order) -> OrderReply:
    return OrderReply(
        order.symbol,
        order.order_id,
        NO_ORDER_LIST,
        order.client_order_id,
        amount(order.price * symbol.tick_units),
        amount(order.quantity * symbol.lot_units),
        amount(order.executed * symbol.lot_units),
        amount(order.quote_executed),
        order.status,
        order.time_in_force,
        order.type,
        order.side,
        _ZERO,
        _ZERO,
        order.created_ms,
        order.updated_ms,
        True,
        order.created_ms,
        amount(order.quote_quantity),
        NO_SELF_TRADE_PREVENTION,
    )
