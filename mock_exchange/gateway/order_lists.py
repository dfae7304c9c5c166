"""POST orderList/oco, orderList/oto, orderList/otoco: orders that depend on each other.

Source: Binance Spot API documentation, order lists, and its errors -1158 to -1199.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

import msgspec

from mock_exchange.engine.commands import ListKind, OrderType, PlaceOrder, PlaceOrderList, Side
from mock_exchange.engine.events import Accepted, Event, ListChanged, Rejected
from mock_exchange.engine.orders import OrderStatus
from mock_exchange.engine.stops import STOPS
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError, invalid_value
from mock_exchange.gateway.order_list_replies import placed_list_reply
from mock_exchange.gateway.order_parameters import ORDER_TYPES, Names, names_in_list, order_command
from mock_exchange.gateway.order_replies import ENCODER, AckReply, ResultReply
from mock_exchange.gateway.place_order import ReplyType, accepted_order, placed_reply, reply_type
from mock_exchange.gateway.refusals import refusal

_ABOVE: Final = names_in_list("above")
_BELOW: Final = names_in_list("below")
_WORKING: Final = names_in_list("working", "workingSide", "workingQuantity")
_PENDING: Final = names_in_list("pending", "pendingSide", "pendingQuantity")
_PENDING_ABOVE: Final = names_in_list("pendingAbove", "pendingSide", "pendingQuantity")
_PENDING_BELOW: Final = names_in_list("pendingBelow", "pendingSide", "pendingQuantity")


def known_in_list(*places: Names) -> frozenset[str]:
    of_list = ("symbol", "listClientOrderId", "newOrderRespType", "selfTradePreventionMode")
    return frozenset(of_list).union(*(names.known for names in places))


KNOWN_OCO: Final = known_in_list(_ABOVE, _BELOW)
KNOWN_OTO: Final = known_in_list(_WORKING, _PENDING)
KNOWN_OTOCO: Final = known_in_list(_WORKING, _PENDING_ABOVE, _PENDING_BELOW)

_STOP_LOSSES: Final = frozenset((OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT))
_LIMIT_MAKER: Final = OrderType.LIMIT_MAKER
_PAIRED: Final = STOPS | {_LIMIT_MAKER}
_WORKING_TYPES: Final = frozenset((OrderType.LIMIT, _LIMIT_MAKER))
_BUY: Final = Side.BUY
_MISPLACED: Mapping[tuple[str, Side], tuple[int, str]] = MappingProxyType(
    {
        ("limit", Side.BUY): (-1165, "A limit order in a buy OCO must be below."),
        ("limit", Side.SELL): (-1166, "A limit order in a sell OCO must be above."),
        ("stop loss", Side.BUY): (-1196, "A stop loss order in a buy OCO must be above."),
        ("stop loss", Side.SELL): (-1197, "A stop loss order in a sell OCO must be below."),
        ("take profit", Side.BUY): (-1198, "A take profit order in a buy OCO must be below."),
        ("take profit", Side.SELL): (-1199, "A take profit order in a sell OCO must be above."),
    }
)


def prepare_oco(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    return list_work(desk, call, symbol, ListKind.OCO, _pair(desk, call, symbol, _ABOVE, _BELOW))


def prepare_oto(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    orders = _working(desk, call, symbol), order_command(desk, call, symbol, _PENDING)
    return list_work(desk, call, symbol, ListKind.OTO, orders)


def prepare_otoco(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    pair = _pair(desk, call, symbol, _PENDING_ABOVE, _PENDING_BELOW)
    return list_work(desk, call, symbol, ListKind.OTOCO, (_working(desk, call, symbol), *pair))


def _working(desk: Desk, call: Call, symbol: Symbol) -> PlaceOrder:
    if call.choice(_WORKING.type, ORDER_TYPES, -1116, "Invalid orderType.") not in _WORKING_TYPES:
        raise invalid_value(_WORKING.type)
    return order_command(desk, call, symbol, _WORKING)


def _pair(desk: Desk, call: Call, symbol: Symbol, above: Names, below: Names) -> tuple[PlaceOrder, PlaceOrder]:
    for names in (above, below):
        if call.choice(names.type, ORDER_TYPES, -1116, "Invalid orderType.") not in _PAIRED:
            raise VenueError(-1158, "Order type not supported in OCO.")
    orders = order_command(desk, call, symbol, above), order_command(desk, call, symbol, below)
    _check_pair(*orders)
    return orders


def _check_pair(above: PlaceOrder, below: PlaceOrder) -> None:
    """Whether each order is on its side of the price.

    A stop loss limits what a price that runs away costs, so for a buyer it is above; what takes a profit is opposite.
    """
    if above.type is below.type is _LIMIT_MAKER:
        raise VenueError(-1168, "At least one OCO order must be contingent.")
    for order, is_above in ((above, True), (below, False)):
        if (order.type in _STOP_LOSSES) is not (is_above is (order.side is _BUY)):
            raise _misplaced(order)


def _misplaced(order: PlaceOrder) -> VenueError:
    return VenueError(*_MISPLACED[_group(order.type), order.side])


def _group(kind: OrderType) -> str:
    if kind is _LIMIT_MAKER:
        return "limit"
    return "stop loss" if kind in _STOP_LOSSES else "take profit"


def list_work(desk: Desk, call: Call, symbol: Symbol, kind: ListKind, orders: Sequence[PlaceOrder]) -> Work:
    client_list_id = call.client_id("listClientOrderId") or desk.identifiers.fresh()
    command = PlaceOrderList(call.account, symbol.name, kind, client_list_id, tuple(orders), call.time_ms)
    wanted = ReplyType.RESULT
    if "newOrderRespType" in call.parameters:
        wanted = reply_type(call.parameters, _LIMIT_MAKER)
    return partial(_place_list, desk, symbol, command, wanted)


def _place_list(desk: Desk, symbol: Symbol, command: PlaceOrderList, wanted: ReplyType) -> bytes:
    events = desk.apply(command)
    if isinstance(events[0], Rejected):
        raise refusal(events[0].reason)
    order_list = desk.engine.order_list(command.account, _list_id(events))
    if order_list is None:
        raise LookupError(f"the engine accepted list {command.client_list_id} of {symbol.name} and does not know it")
    accepted = (event for event in events if isinstance(event, Accepted))
    reports = [_report(desk, symbol, each, events, wanted) for each in accepted]
    return ENCODER.encode(placed_list_reply(desk, order_list, reports))


def _report(
    desk: Desk, symbol: Symbol, accepted: Accepted, events: Sequence[Event], wanted: ReplyType
) -> AckReply | ResultReply:
    """An order of the list; one that waited at first is shown waiting, as on the venue, whatever came of it since."""
    order = accepted_order(desk, accepted)
    if accepted.status is OrderStatus.PENDING_NEW:
        order = msgspec.structs.replace(order, status=accepted.status, executed=0, quote_executed=0, working_ms=0)
        events = ()
    return placed_reply(symbol, order, events, wanted)


def _list_id(events: Iterable[Event]) -> int:
    return next(event.list_id for event in events if isinstance(event, ListChanged))
