"""Order lists as the venue writes them: when placed, canceled, asked about."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from mock_exchange.engine.commands import ListKind
from mock_exchange.engine.orders import ListOrderStatus, ListStatusType, Order, OrderList
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.order_replies import AckReply, CancelReply, ResultReply, cancel_reply

OrderReports = Sequence[AckReply | ResultReply] | Sequence[CancelReply]


class ListedOrder(msgspec.Struct, rename="camel", frozen=True):
    symbol: str
    order_id: int
    client_order_id: str


class OrderListReply(msgspec.Struct, rename="camel", frozen=True):
    order_list_id: int
    contingency_type: str
    list_status_type: str
    list_order_status: str
    list_client_order_id: str
    transaction_time: int
    symbol: str
    orders: list[ListedOrder]
    order_reports: OrderReports | UnsetType = UNSET
    """Only where the request changed the orders."""


def list_reply(
    desk: Desk, order_list: OrderList, reports: OrderReports | UnsetType = UNSET, time_ms: int = 0
) -> OrderListReply:
    """``time_ms`` of the request where it changed the list; otherwise that of the list is told."""
    return OrderListReply(
        order_list.list_id,
        contingency(order_list.kind),
        order_list.status_type,
        order_list.order_status,
        order_list.client_list_id,
        time_ms or order_list.created_ms,
        order_list.symbol,
        listed_orders(desk, order_list),
        reports,
    )


def placed_list_reply(desk: Desk, order_list: OrderList, reports: OrderReports) -> OrderListReply:
    """The list as it began, even where the market has taken it further at once."""
    reply = list_reply(desk, order_list, reports)
    began = {"list_status_type": ListStatusType.EXEC_STARTED, "list_order_status": ListOrderStatus.EXECUTING}
    return msgspec.structs.replace(reply, **began)


def canceled_list_reply(desk: Desk, order_list: OrderList, cancel_id: str, time_ms: int) -> OrderListReply:
    """The list that a cancel of it, or of one of its orders, ended; ``cancel_id`` as the caller or we chose it."""
    symbol = desk.symbols[order_list.symbol]
    reports = [cancel_reply(symbol, order, cancel_id, time_ms) for order in members(desk, order_list)]
    return list_reply(desk, order_list, reports, time_ms)


def contingency(kind: ListKind) -> str:
    """The venue calls a pair that waits for a working order an OTO too."""
    return ListKind.OCO if kind is ListKind.OCO else ListKind.OTO


def listed_orders(desk: Desk, order_list: OrderList) -> list[ListedOrder]:
    return [ListedOrder(order.symbol, order.order_id, order.client_order_id) for order in members(desk, order_list)]


def list_of(desk: Desk, order: Order) -> OrderList:
    """The list that an order belongs to."""
    order_list = desk.engine.order_list(order.account, order.list_id)
    if order_list is None:
        raise LookupError(f"order {order.order_id} of {order.symbol} is of list {order.list_id}, which is unknown")
    return order_list


def members(desk: Desk, order_list: OrderList) -> list[Order]:
    """Those of its orders that memory still holds, as they were placed."""
    found = (desk.engine.order(order_list.account, order_list.symbol, each) for each in order_list.order_ids)
    return [order for order in found if order is not None]
