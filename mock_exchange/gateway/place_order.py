"""POST order: from parameters to a command, from the engine's events to ACK, RESULT or FULL."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import partial
from types import MappingProxyType
from typing import Final

from msgspec import UNSET

from mock_exchange.engine.commands import OrderType, PlaceOrder, TimeInForce
from mock_exchange.engine.events import Accepted, Event, Rejected
from mock_exchange.engine.orders import Order
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import invalid_value
from mock_exchange.gateway.order_parameters import OWN, SIDES, TIMES_IN_FORCE, order_command
from mock_exchange.gateway.order_replies import (
    ENCODER,
    AckReply,
    ResultReply,
    ack_reply,
    fills_of,
    result_reply,
)
from mock_exchange.gateway.refusals import refusal


class ReplyType(Enum):
    ACK = auto()
    RESULT = auto()
    FULL = auto()


KNOWN: Final = OWN.known | {"symbol", "quoteOrderQty", "newOrderRespType", "selfTradePreventionMode"}
_USUAL: Final = frozenset(
    ("symbol", "side", "type", "timeInForce", "quantity", "price", "newClientOrderId", "newOrderRespType")
)
_RARE: Final = KNOWN - _USUAL

# Members are bound once and looked up by text: reading one from its enum class is slow on Python 3.11.
_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_ACK: Final = ReplyType.ACK
_FULL: Final = ReplyType.FULL
_SIDES: Final = dict(SIDES)
_TIMES_IN_FORCE: Final[dict[str, TimeInForce]] = dict(TIMES_IN_FORCE)
_REPLY_TYPES: Mapping[str, ReplyType] = MappingProxyType({reply.name: reply for reply in ReplyType})


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    command = _usual_command(desk, call, symbol) or order_command(desk, call, symbol)
    return partial(_place, desk, symbol, command, reply_type(call.parameters, command.type))


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


def reply_type(parameters: Mapping[str, str], kind: OrderType) -> ReplyType:
    """What was asked for; by default FULL for LIMIT and MARKET, ACK for the rest, as on the venue."""
    wanted = parameters.get("newOrderRespType")
    if wanted is None:
        return _FULL if kind is _LIMIT or kind is _MARKET else _ACK
    found = _REPLY_TYPES.get(wanted)
    if found is None:
        raise invalid_value("newOrderRespType")
    return found


def _place(desk: Desk, symbol: Symbol, command: PlaceOrder, wanted: ReplyType) -> bytes:
    events = desk.apply(command)
    accepted = events[0]
    if not isinstance(accepted, Accepted):
        raise _refused(accepted)
    return ENCODER.encode(placed_reply(symbol, accepted_order(desk, accepted), events, wanted))


def placed_reply(symbol: Symbol, order: Order, events: Sequence[Event], wanted: ReplyType) -> AckReply | ResultReply:
    """The order just placed, as its caller wants it; ``events`` are those that the command caused."""
    if wanted is _ACK:
        return ack_reply(order)
    fills = fills_of(symbol, order, events) if wanted is _FULL else UNSET
    return result_reply(symbol, order, fills)


def accepted_order(desk: Desk, accepted: Accepted) -> Order:
    order = desk.engine.order(accepted.account, accepted.symbol, accepted.order_id)
    if order is None:
        raise LookupError(f"the engine accepted order {accepted.order_id} of {accepted.symbol} and does not know it")
    return order


def _refused(event: Event) -> Exception:
    if isinstance(event, Rejected):
        return refusal(event.reason)
    return TypeError(f"the engine answered an order with {event!r}, neither accepted nor rejected")
