"""What the engine refused, in the venue's words.

The code tells what was asked for, the text why it was not done; both are the matching engine's. Source: Binance Spot
API documentation, errors: messages for -2010, -2011 and -2038, and filter failures.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mock_exchange.engine.events import Rejection
from mock_exchange.gateway.errors import VenueError, filter_failure

NEW_ORDER_REJECTED: Final = -2010
CANCEL_REJECTED: Final = -2011
AMEND_REJECTED: Final = -2038

_TEXTS: Mapping[Rejection, str] = MappingProxyType(
    {
        Rejection.INSUFFICIENT_BALANCE: "Account has insufficient balance for requested action.",
        Rejection.DUPLICATE_CLIENT_ORDER_ID: "Duplicate order sent.",
        Rejection.WOULD_TAKE: "Order would immediately match and take.",
        Rejection.NO_LIQUIDITY: "Order book liquidity is less than symbol minimum quantity.",
        Rejection.UNKNOWN_ORDER: "Unknown order sent.",
        Rejection.ORDER_ID_MISMATCH: "The orderId and the origClientOrderId belong to different orders.",
        Rejection.WOULD_TRIGGER: "Order would trigger immediately.",
        Rejection.MARKET_CLOSED: "Market is closed.",
        Rejection.CANCEL_RESTRICTED: "Order was not canceled due to cancel restrictions.",
        Rejection.AMEND_INCREASE: "Order amend (quantity increase) is not supported.",
        Rejection.AMEND_NO_CHANGE: "The requested action would change no state; rejecting.",
        Rejection.MAX_NUM_ORDER_AMENDS: "Filter failure: MAX_NUM_ORDER_AMENDS",
        Rejection.UNKNOWN_LIST: "Unknown order list sent.",
        Rejection.DUPLICATE_CLIENT_LIST_ID: "Duplicate order list sent.",
        Rejection.LIST_PRICES: "The relationship of the prices for the orders is not correct.",
        Rejection.ICEBERG_EXCEEDS: "IcebergQty exceeds QTY.",
    }
)
_OWN_CODES: Mapping[Rejection, tuple[int, str]] = MappingProxyType(
    {
        Rejection.UNKNOWN_SYMBOL: (-1121, "Invalid symbol."),
        Rejection.UNSUPPORTED: (-1014, "Unsupported order combination."),
    }
)


def refusal(reason: Rejection, code: int = NEW_ORDER_REJECTED) -> VenueError:
    """``code`` of what was asked for. What is in no table is the name of a filter."""
    text = _TEXTS.get(reason)
    if text is not None:
        return VenueError(code, text)
    own = _OWN_CODES.get(reason)
    return VenueError(*own) if own is not None else filter_failure(reason.value)
