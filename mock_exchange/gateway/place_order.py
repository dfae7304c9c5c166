"""POST order and POST order/test: from parameters to a command, from the engine's events to ACK, RESULT or FULL."""

from collections.abc import Mapping
from enum import Enum, auto
from functools import partial
from types import MappingProxyType
from typing import Final

import msgspec

from mock_exchange.engine.commands import OrderType, PlaceOrder, Side, TimeInForce
from mock_exchange.engine.events import Accepted, Event, Rejected
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import (
    VenueError,
    bad_combination,
    invalid_value,
    not_required,
    rejection,
)
from mock_exchange.gateway.order_replies import (
    ENCODER,
    NO_SELF_TRADE_PREVENTION,
    ack_reply,
    fills_of,
    result_reply,
)


class ReplyType(Enum):
    ACK = auto()
    RESULT = auto()
    FULL = auto()


KNOWN: Final = frozenset(
    (
        *("symbol", "side", "type", "timeInForce", "quantity", "quoteOrderQty", "price"),
        *("newClientOrderId", "newOrderRespType", "selfTradePreventionMode"),
        *("icebergQty", "stopPrice", "trailingDelta"),
    )
)
_UNSUPPORTED: Final = frozenset(("icebergQty", "stopPrice", "trailingDelta"))
_RARE: Final = _UNSUPPORTED | {"selfTradePreventionMode", "quoteOrderQty"}

# Members are bound once and looked up by text: reading one from its enum class is slow on Python 3.11.
_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_LIMIT_MAKER: Final = OrderType.LIMIT_MAKER
_GTC: Final = TimeInForce.GTC
_ACK: Final = ReplyType.ACK
_FULL: Final = ReplyType.FULL
_SIDES: Mapping[str, Side] = MappingProxyType({side.value: side for side in Side})
_TYPES: Mapping[str, OrderType] = MappingProxyType({kind.value: kind for kind in OrderType})
_TIMES_IN_FORCE: Mapping[str, TimeInForce] = MappingProxyType({time.value: time for time in TimeInForce})
_REPLY_TYPES: Mapping[str, ReplyType] = MappingProxyType({reply.name: reply for reply in ReplyType})


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    command = _usual_command(desk, call, symbol) or _any_command(desk, call, symbol)
    return partial(_place, desk, symbol, command, _reply_type(call.parameters, command.type))


def prepare_test(desk: Desk, call: Call) -> Work:
    """Everything that can be wrong before the engine is asked is found; nothing is placed."""
    _reply_type(call.parameters, _any_command(desk, call, call.symbol(desk.symbols)).type)
    return lambda: b"{}"


def _usual_command(desk: Desk, call: Call, symbol: Symbol) -> PlaceOrder | None:
    """A plain LIMIT order, in a third of the time; None where anything about it is unusual or wrong."""
    parameters = call.parameters
    if parameters.get("type") != "LIMIT" or not _RARE.isdisjoint(parameters):
        return None
    try:
        command = PlaceOrder(
            call.account,
            symbol.name,
            _SIDES[parameters["side"]],
            _LIMIT,
            _TIMES_IN_FORCE[parameters["timeInForce"]],
            symbol.parse_price(parameters["price"]),
            symbol.parse_quantity(parameters["quantity"]),
            0,
            call.client_id("newClientOrderId") if "newClientOrderId" in parameters else desk.identifiers.fresh(),
            call.time_ms,
        )
    except (KeyError, ValueError):
        return None
    return command if command.price and command.quantity else None


def _any_command(desk: Desk, call: Call, symbol: Symbol) -> PlaceOrder:
    """Any order, or the error that says what is wrong with it."""
    parameters = call.parameters
    side = call.choice("side", _SIDES, -1117, "Invalid side.")
    if not _RARE.isdisjoint(parameters):
        _refuse_unsupported(parameters)
    kind = call.choice("type", _TYPES, -1116, "Invalid orderType: LIMIT, MARKET and LIMIT_MAKER are traded here.")
    price = quantity = quote_quantity = 0
    time_in_force = _GTC
    if kind is _MARKET:
        quantity, quote_quantity = _market_size(call, symbol)
    else:
        time_in_force = _time_in_force(call, kind)
        price, quantity = call.price(symbol), call.quantity(symbol)
        if "quoteOrderQty" in parameters:
            raise not_required("quoteOrderQty")
    return PlaceOrder(
        call.account,
        symbol.name,
        side,
        kind,
        time_in_force,
        price,
        quantity,
        quote_quantity,
        call.client_id("newClientOrderId") if "newClientOrderId" in parameters else desk.identifiers.fresh(),
        call.time_ms,
    )


def _refuse_unsupported(parameters: Mapping[str, str]) -> None:
    """An order that this exchange could not honour is refused, rather than taken as a simpler one."""
    if not _UNSUPPORTED.isdisjoint(parameters):
        names = ", ".join(sorted(_UNSUPPORTED & parameters.keys()))
        raise VenueError(-1014, f"Unsupported order combination: {names} is not honoured on this exchange.")
    mode = parameters.get("selfTradePreventionMode", NO_SELF_TRADE_PREVENTION)
    if mode != NO_SELF_TRADE_PREVENTION:
        raise VenueError(-2010, "This symbol does not allow the specified self-trade prevention mode.")


def _time_in_force(call: Call, kind: OrderType) -> TimeInForce:
    if kind is _LIMIT_MAKER:
        if "timeInForce" in call.parameters:
            raise VenueError(-1114, "TimeInForce parameter sent when not required.")
        return _GTC
    return call.choice("timeInForce", _TIMES_IN_FORCE, -1115, "Invalid timeInForce.")


def _market_size(call: Call, symbol: Symbol) -> tuple[int, int]:
    """Lots and quote amount of a market order: one of them is 0."""
    parameters = call.parameters
    if "price" in parameters:
        raise not_required("price")
    if "timeInForce" in parameters:
        raise VenueError(-1114, "TimeInForce parameter sent when not required.")
    if "quoteOrderQty" not in parameters:
        return call.quantity(symbol), 0
    if "quantity" in parameters:
        raise bad_combination()
    return 0, call.amount("quoteOrderQty")


def _reply_type(parameters: Mapping[str, str], kind: OrderType) -> ReplyType:
    """What was asked for; by default FULL for LIMIT and MARKET, ACK for the rest, as on the venue."""
    wanted = parameters.get("newOrderRespType")
    if wanted is None:
        return _FULL if kind is _LIMIT or kind is _MARKET else _ACK
    reply_type = _REPLY_TYPES.get(wanted)
    if reply_type is None:
        raise invalid_value("newOrderRespType")
    return reply_type


def _place(desk: Desk, symbol: Symbol, command: PlaceOrder, reply_type: ReplyType) -> bytes:
    events = desk.apply(command)
    accepted = events[0]
    if not isinstance(accepted, Accepted):
        raise _refused(accepted)
    order = desk.engine.order(command.account, command.symbol, accepted.order_id)
    if order is None:
        raise LookupError(f"the engine accepted an order of {symbol.name} and does not know it")
    if reply_type is _ACK:
        return ENCODER.encode(ack_reply(order))
    fills = fills_of(symbol, command, events) if reply_type is _FULL else msgspec.UNSET
    return ENCODER.encode(result_reply(symbol, order, fills))


def _refused(event: Event) -> Exception:
    if isinstance(event, Rejected):
        return rejection(event.reason)
    return TypeError(f"the engine answered an order with {event!r}, neither accepted nor rejected")
