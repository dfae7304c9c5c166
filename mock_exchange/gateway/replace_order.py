"""POST order/cancelReplace: one order goes, another comes, at once.

Source: Binance Spot API documentation, cancel an existing order and send a new order: 200 where both were done, 409 and
-2021 where one was, 400 and -2022 where none was.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.commands import ReplaceOrder
from mock_exchange.engine.events import Accepted, Event, Rejected
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.cancel_order import cancel_command, canceled_replies
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import ErrorBody, VenueError, invalid_value
from mock_exchange.gateway.order_list_replies import OrderListReply
from mock_exchange.gateway.order_parameters import order_command
from mock_exchange.gateway.order_replies import ENCODER, AckReply, CancelReply, ResultReply
from mock_exchange.gateway.place_order import KNOWN as KNOWN_ORDER
from mock_exchange.gateway.place_order import ReplyType, accepted_order, placed_reply, reply_type
from mock_exchange.gateway.refusals import CANCEL_REJECTED, NEW_ORDER_REJECTED, refusal

KNOWN: Final = KNOWN_ORDER | {
    *("cancelReplaceMode", "cancelRestrictions", "orderRateLimitExceededMode"),
    *("cancelOrderId", "cancelOrigClientOrderId", "cancelNewClientOrderId"),
}

_MODES: Final = {"STOP_ON_FAILURE": False, "ALLOW_FAILURE": True}
_LIMIT_MODE: Final = "orderRateLimitExceededMode"
_LIMIT_MODES: Final = {"DO_NOTHING": False, "CANCEL_ONLY": True}
"""Whether an account that has used up its orders wants the cancel all the same. Here it cannot have that: limits are
applied before anything is canceled."""
_SUCCESS: Final = "SUCCESS"
_FAILURE: Final = "FAILURE"
_NOT_ATTEMPTED: Final = "NOT_ATTEMPTED"


class ReplaceReply(msgspec.Struct, rename="camel", frozen=True):
    cancel_result: str
    new_order_result: str
    cancel_response: CancelReply | OrderListReply | ErrorBody
    new_order_response: AckReply | ResultReply | ErrorBody | None


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    allow_failure = _mode(call, "cancelReplaceMode", _MODES)
    if _LIMIT_MODE in call.parameters and _mode(call, _LIMIT_MODE, _LIMIT_MODES):
        raise VenueError(-1020, f"This operation is not supported: {_LIMIT_MODE} CANCEL_ONLY.")
    cancel = cancel_command(desk, call, "cancelOrderId", "cancelOrigClientOrderId", "cancelNewClientOrderId")
    place = order_command(desk, call, symbol)
    command = ReplaceOrder(cancel, place, allow_failure)
    return partial(_replace, desk, symbol, command, reply_type(call.parameters, place.type))


def _mode(call: Call, name: str, modes: Mapping[str, bool]) -> bool:
    return call.choice(name, modes, -1130, invalid_value(name).text)


def _replace(desk: Desk, symbol: Symbol, command: ReplaceOrder, wanted: ReplyType) -> bytes:
    violation = desk.engine.violation(command.place)
    if violation is not None:
        raise refusal(violation)  # filters come before the cancel: the old order stays
    events = desk.apply(command)
    canceled, cancel_response = _cancel_response(desk, events, command.time_ms)
    placed, order_response = _order_response(desk, symbol, events[1:], wanted)
    body = ENCODER.encode(
        ReplaceReply(
            _SUCCESS if canceled else _FAILURE,
            _NOT_ATTEMPTED if order_response is None else _SUCCESS if placed else _FAILURE,
            cancel_response,
            order_response,
        )
    )
    if canceled and placed:
        return body
    if canceled or placed:
        raise VenueError(-2021, "Order cancel-replace partially failed.", 409, msgspec.Raw(body))
    raise VenueError(-2022, "Order cancel-replace failed.", 400, msgspec.Raw(body))


def _cancel_response(
    desk: Desk, events: Sequence[Event], time_ms: int
) -> tuple[bool, CancelReply | OrderListReply | ErrorBody]:
    """Whether the old order was canceled, and what there is to say about it: what the first event tells."""
    first = events[0]
    if isinstance(first, Rejected):
        return False, _error(first, CANCEL_REJECTED)
    return True, canceled_replies(desk, [first], time_ms)[0]


def _order_response(
    desk: Desk, symbol: Symbol, events: Sequence[Event], wanted: ReplyType
) -> tuple[bool, AckReply | ResultReply | ErrorBody | None]:
    """Whether the new order was placed, and what there is to say about it; None where it was not tried.

    ``events`` are those after the first, which may begin with what the cancel did to the rest of a list.
    """
    for event in events:
        if isinstance(event, Rejected):
            return False, _error(event, NEW_ORDER_REJECTED)
        if isinstance(event, Accepted):
            return True, placed_reply(symbol, accepted_order(desk, event), events, wanted)
    return False, None


def _error(rejected: Rejected, code: int) -> ErrorBody:
    error = refusal(rejected.reason, code)
    return ErrorBody(error.code, error.text)
