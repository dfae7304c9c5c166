"""Orders as the venue writes them: the shapes, and how an order of the engine becomes one.

Some fields appear only where they apply. Source: Binance Spot API documentation, conditional fields in order responses.
"""

from collections.abc import Sequence
from typing import Final, TypedDict

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from mock_exchange.engine.commands import OrderType, SelfTradePrevention, Side, Strategy
from mock_exchange.engine.events import Event, Traded
from mock_exchange.engine.orders import Order, OrderStatus
from mock_exchange.engine.stops import STOPS
from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.expiry import expiry_reason

ENCODER = msgspec.json.Encoder()
NO_LABEL = -1
"""Of an order that was given no id, or no type, of a strategy."""
NO_SELF_TRADE_PREVENTION = SelfTradePrevention.NONE.value
NO_ORDER_LIST = -1
_ZERO = "0.00000000"
_BUY: Final = Side.BUY
_LIMIT: Final = OrderType.LIMIT
_EXPIRED: Final = OrderStatus.EXPIRED
_MARKET: Final = OrderType.MARKET


class Extras(TypedDict, total=False):
    """The fields that only some orders have."""

    stop_price: str
    iceberg_qty: str
    trailing_delta: int
    trailing_time: int
    strategy_id: int
    strategy_type: int
    prevented_match_id: int
    prevented_quantity: str
    expiry_reason: str


NO_EXTRAS: Final[Extras] = {}
_ALWAYS_QUERIED: Final[Extras] = {"stop_price": _ZERO, "iceberg_qty": _ZERO}


class Conditional(msgspec.Struct, rename="camel", frozen=True, gc=False, kw_only=True):
    stop_price: str | UnsetType = UNSET
    iceberg_qty: str | UnsetType = UNSET
    trailing_delta: int | UnsetType = UNSET
    trailing_time: int | UnsetType = UNSET
    strategy_id: int | UnsetType = UNSET
    strategy_type: int | UnsetType = UNSET
    prevented_match_id: int | UnsetType = UNSET
    prevented_quantity: str | UnsetType = UNSET
    expiry_reason: str | UnsetType = UNSET


class AckReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    order_id: int
    order_list_id: int
    client_order_id: str
    transact_time: int


class ResultReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """Nearly every order: without room for what nearly none has, which would take half as long again to make."""

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
    fills: "list[FillReply] | UnsetType" = UNSET
    """FULL has them, RESULT does not."""


class SpecialResultReply(ResultReply, rename="camel", frozen=True, gc=False, kw_only=True):
    """With the fields of ``Conditional``, as a struct cannot have two parents."""

    stop_price: str | UnsetType = UNSET
    iceberg_qty: str | UnsetType = UNSET
    trailing_delta: int | UnsetType = UNSET
    trailing_time: int | UnsetType = UNSET
    strategy_id: int | UnsetType = UNSET
    strategy_type: int | UnsetType = UNSET
    prevented_match_id: int | UnsetType = UNSET
    prevented_quantity: str | UnsetType = UNSET
    expiry_reason: str | UnsetType = UNSET


class FillReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    price: str
    qty: str
    commission: str
    commission_asset: str
    trade_id: int


class CancelReply(Conditional, rename="camel", frozen=True, gc=False):
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


class OrderReply(Conditional, rename="camel", frozen=True, gc=False):
    """What a query says: always with a stop price and an iceberg's quantity."""

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
    time: int
    update_time: int
    is_working: bool
    working_time: int
    orig_quote_order_qty: str
    self_trade_prevention_mode: str


def amount(units: int) -> str:
    """As ``format_amount``; most amounts of an order are nothing, and that text is ready."""
    return format_amount(units) if units else _ZERO


def extras(symbol: Symbol, order: Order) -> Extras:
    """What an order shows besides the fields that all have."""
    if is_plain(order):
        return NO_EXTRAS
    found: Extras = {}
    if order.type in STOPS:
        found["stop_price"] = amount(order.stop_price * symbol.tick_units)
    if order.iceberg:
        found["iceberg_qty"] = amount(order.iceberg * symbol.lot_units)
    if order.trailing_delta:
        found["trailing_delta"] = order.trailing_delta
        found["trailing_time"] = order.trailing_ms or -1
    if order.prevented:
        found["prevented_match_id"] = order.prevented_match_id
        found["prevented_quantity"] = amount(order.prevented * symbol.lot_units)
    if order.strategy is not None:
        found |= _strategy(order.strategy)
    if order.status is _EXPIRED and order.list_id == NO_ORDER_LIST:
        found["expiry_reason"] = expiry_reason(order)
    return found


def is_plain(order: Order) -> bool:
    """A limit order that shows nothing special: asked first, as nearly all are."""
    return (
        order.type is _LIMIT
        and order.strategy is None
        and not order.iceberg
        and not order.prevented
        and order.status is not _EXPIRED
    )


def _strategy(strategy: Strategy) -> Extras:
    found: Extras = {}
    if strategy.id != NO_LABEL:
        found["strategy_id"] = strategy.id
    if strategy.type != NO_LABEL:
        found["strategy_type"] = strategy.type
    return found


def working_time(order: Order) -> int:
    """When the order began to work, -1 for one that does not yet, as the venue writes it."""
    return order.working_ms or -1


def ack_reply(order: Order) -> AckReply:
    return AckReply(order.symbol, order.order_id, order.list_id, order.client_order_id, order.created_ms)


def result_reply(symbol: Symbol, order: Order, fills: list[FillReply] | UnsetType) -> ResultReply:
    reply = ResultReply(
        order.symbol,
        order.order_id,
        order.list_id,
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
        order.working_ms or -1,
        order.self_trade_prevention,
        fills,
    )
    return reply if is_plain(order) else SpecialResultReply(*astuple(reply), **extras(symbol, order))


def fills_of(symbol: Symbol, order: Order, events: Sequence[Event]) -> list[FillReply]:
    """The order's trades among the events, as their taker."""
    if len(events) == 1:
        return []  # accepted, and nothing else
    received = symbol.base if order.side is _BUY else symbol.quote
    return [
        FillReply(
            symbol.format_price(trade.price),
            symbol.format_quantity(trade.quantity),
            amount(trade.taker_commission),
            received,
            trade.trade_id,
        )
        for trade in events
        if isinstance(trade, Traded) and trade.taker_order_id == order.order_id
    ]


def cancel_reply(symbol: Symbol, order: Order, client_order_id: str, time_ms: int) -> CancelReply:
    return CancelReply(
        order.symbol,
        order.client_order_id,
        order.order_id,
        order.list_id,
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
        order.self_trade_prevention,
        **extras(symbol, order),
    )


def order_reply(symbol: Symbol, order: Order) -> OrderReply:
    return OrderReply(
        order.symbol,
        order.order_id,
        order.list_id,
        order.client_order_id,
        amount(order.price * symbol.tick_units),
        amount(order.quantity * symbol.lot_units),
        amount(order.executed * symbol.lot_units),
        amount(order.quote_executed),
        order.status,
        order.time_in_force,
        order.type,
        order.side,
        order.created_ms,
        order.updated_ms,
        order.is_working,
        working_time(order),
        amount(order.quote_quantity),
        order.self_trade_prevention,
        **(_ALWAYS_QUERIED | extras(symbol, order)),
    )
