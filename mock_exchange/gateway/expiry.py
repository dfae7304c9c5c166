"""Why an order expired, in the venue's words.

Source: Binance Spot API documentation, enums: expiry reasons.
"""

from typing import Final

from mock_exchange.engine.commands import ListKind, OrderType, TimeInForce
from mock_exchange.engine.holds import MARKET_STOPS
from mock_exchange.engine.orders import Order, OrderList, OrderStatus

_AT_ANY_PRICE: Final = MARKET_STOPS | {OrderType.MARKET}
_UNFILLED: Final = {
    TimeInForce.IOC: "UNFILLED_IOC_QUANTITY_EXPIRED",
    TimeInForce.FOK: "UNFILLED_FOK_ORDER_EXPIRED",
}


def expiry_reason(order: Order) -> str:
    """Of an expired order that worked, or belongs to no list."""
    if order.type in _AT_ANY_PRICE:
        return "INSUFFICIENT_LIQUIDITY"
    return _UNFILLED.get(order.time_in_force, "EXCHANGE_CANCELED")


def listed_expiry_reason(order: Order, order_list: OrderList, first: Order | None) -> str:
    """Of an expired order of a list, ``first`` being the list's first order while it is still known."""
    if order.is_working and (order.type in _AT_ANY_PRICE or order.time_in_force in _UNFILLED):
        return expiry_reason(order)
    if order_list.kind is ListKind.OCO:
        return "OCO_TRIGGER"
    if first is not None and first is not order and first.status is not OrderStatus.FILLED:
        return "OTO_PHASE_ONE_EXPIRED"
    return "OCO_TRIGGER" if order_list.kind is ListKind.OTOCO and first is not order else "REJECTED"
