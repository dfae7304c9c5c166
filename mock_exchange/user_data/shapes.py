"""The user events as the venue writes them. One struct is one JSON object; names of one letter are the venue's.

Source: Binance Spot API documentation, user data stream.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

NO_TRADE = -1
NO_COMMISSION = "0"
NOT_REJECTED = "NONE"


_EXECUTION_REPORT: Mapping[str, str] = MappingProxyType(
    {
        "event_ms": "E",
        "symbol": "s",
        "client_order_id": "c",
        "side": "S",
        "type": "o",
        "time_in_force": "f",
        "quantity": "q",
        "price": "p",
        "stop_price": "P",
        "iceberg_quantity": "F",
        "order_list_id": "g",
        "original_client_order_id": "C",
        "execution_type": "x",
        "status": "X",
        "reject_reason": "r",
        "order_id": "i",
        "last_quantity": "l",
        "cumulative_quantity": "z",
        "last_price": "L",
        "commission": "n",
        "commission_asset": "N",
        "transaction_ms": "T",
        "trade_id": "t",
        "execution_id": "I",
        "is_on_book": "w",
        "is_maker": "m",
        "ignored": "M",
        "created_ms": "O",
        "cumulative_quote": "Z",
        "last_quote": "Y",
        "quote_quantity": "Q",
        "working_ms": "W",
        "self_trade_prevention": "V",
        "expiry_reason": "eR",
        "trailing_delta": "d",
        "trailing_ms": "D",
        "strategy_id": "j",
        "strategy_type": "J",
        "prevented_match_id": "v",
        "prevented_quantity": "A",
        "last_prevented_quantity": "B",
        "trade_group_id": "u",
        "counter_order_id": "U",
        "prevented_execution_quantity": "pl",
        "prevented_execution_price": "pL",
        "prevented_execution_quote": "pY",
    }
)


class ExecutionReport(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="e", tag="executionReport", rename=_EXECUTION_REPORT
):
    """One change of an order's state. Quantities are decimal texts, times milliseconds since the epoch."""

    event_ms: int
    symbol: str
    client_order_id: str
    """Of the order or, where it was cancelled, of the cancel."""
    side: str
    type: str
    time_in_force: str
    quantity: str
    price: str
    stop_price: str
    iceberg_quantity: str
    order_list_id: int
    original_client_order_id: str = ""
    """Of the order that was cancelled."""
    execution_type: str
    status: str
    reject_reason: str = NOT_REJECTED
    order_id: int
    last_quantity: str
    cumulative_quantity: str
    last_price: str
    commission: str = NO_COMMISSION
    commission_asset: str | None = None
    transaction_ms: int
    trade_id: int = NO_TRADE
    execution_id: int
    is_on_book: bool
    is_maker: bool = False
    ignored: bool = False
    created_ms: int
    cumulative_quote: str
    last_quote: str
    quote_quantity: str
    working_ms: int | msgspec.UnsetType = msgspec.UNSET
    """Since when the order has been working; missing as long as it is not."""
    self_trade_prevention: str
    expiry_reason: str | msgspec.UnsetType = msgspec.UNSET
    """Why the order expired; missing unless it has."""
    trailing_delta: int | msgspec.UnsetType = msgspec.UNSET
    """Basis points; missing unless the order trails."""
    trailing_ms: int | msgspec.UnsetType = msgspec.UNSET
    """Since when it follows the price; missing until then."""
    strategy_id: int | msgspec.UnsetType = msgspec.UNSET
    strategy_type: int | msgspec.UnsetType = msgspec.UNSET
    prevented_match_id: int | msgspec.UnsetType = msgspec.UNSET
    """This and those that follow are missing unless self-trade prevention took something from the order."""
    prevented_quantity: str | msgspec.UnsetType = msgspec.UNSET
    """Over the order's life."""
    last_prevented_quantity: str | msgspec.UnsetType = msgspec.UNSET
    """This time, as are those that follow."""
    trade_group_id: int | msgspec.UnsetType = msgspec.UNSET
    """Whose orders may not trade with each other: here always those of one account."""
    counter_order_id: int | msgspec.UnsetType = msgspec.UNSET
    prevented_execution_quantity: str | msgspec.UnsetType = msgspec.UNSET
    """What would have traded."""
    prevented_execution_price: str | msgspec.UnsetType = msgspec.UNSET
    prevented_execution_quote: str | msgspec.UnsetType = msgspec.UNSET


class AssetPosition(msgspec.Struct, frozen=True, gc=False, rename={"asset": "a", "free": "f", "locked": "l"}):
    asset: str
    free: str
    locked: str


class AccountPosition(
    msgspec.Struct,
    frozen=True,
    tag_field="e",
    tag="outboundAccountPosition",
    rename={"event_ms": "E", "updated_ms": "u", "balances": "B"},
):
    """The balances that an event has changed, as they are now."""

    event_ms: int
    updated_ms: int
    balances: list[AssetPosition]


class BalanceUpdate(
    msgspec.Struct,
    frozen=True,
    gc=False,
    tag_field="e",
    tag="balanceUpdate",
    rename={"event_ms": "E", "asset": "a", "delta": "d", "cleared_ms": "T"},
):
    """Money that came from outside of trading."""

    event_ms: int
    asset: str
    delta: str
    cleared_ms: int


class ListedOrder(
    msgspec.Struct, frozen=True, gc=False, rename={"symbol": "s", "order_id": "i", "client_order_id": "c"}
):
    symbol: str
    order_id: int
    client_order_id: str


class ListStatus(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="e",
    tag="listStatus",
    rename={
        "event_ms": "E",
        "symbol": "s",
        "order_list_id": "g",
        "contingency_type": "c",
        "status_type": "l",
        "order_status": "L",
        "reject_reason": "r",
        "client_list_id": "C",
        "transaction_ms": "T",
        "orders": "O",
    },
):
    """Where an order list stands."""

    event_ms: int
    symbol: str
    order_list_id: int
    contingency_type: str
    """OCO or OTO, where an OTOCO is an OTO too."""
    status_type: str
    order_status: str
    reject_reason: str = NOT_REJECTED
    client_list_id: str
    transaction_ms: int
    orders: list[ListedOrder]


class ListenKeyExpired(
    msgspec.Struct,
    frozen=True,
    gc=False,
    tag_field="e",
    tag="listenKeyExpired",
    rename={"event_ms": "E", "listen_key": "listenKey"},
):
    """The last event of a listenKey that nobody has kept alive."""

    event_ms: int
    listen_key: str


class EventStreamTerminated(
    msgspec.Struct, frozen=True, gc=False, tag_field="e", tag="eventStreamTerminated", rename={"event_ms": "E"}
):
    """The last event of a subscription whose connection goes on."""

    event_ms: int


UserEvent = ExecutionReport | AccountPosition | BalanceUpdate | ListStatus
