"""What the engine says has happened, in order. One command gives one or more events."""

from enum import StrEnum

import msgspec

from mock_exchange.engine.commands import ListKind, SelfTradePrevention, Side, SymbolStatus
from mock_exchange.engine.orders import ListOrderStatus, ListStatusType, OrderStatus


class Rejection(StrEnum):
    """Why a command changed nothing; the gateway turns these into the venue's codes and texts."""

    UNKNOWN_SYMBOL = "unknown symbol"
    INSUFFICIENT_BALANCE = "insufficient balance"
    DUPLICATE_CLIENT_ORDER_ID = "duplicate client order id"
    WOULD_TAKE = "would immediately match and take"
    NO_LIQUIDITY = "no opposite orders"
    PRICE_FILTER = "PRICE_FILTER"
    PERCENT_PRICE_BY_SIDE = "PERCENT_PRICE_BY_SIDE"
    LOT_SIZE = "LOT_SIZE"
    MARKET_LOT_SIZE = "MARKET_LOT_SIZE"
    NOTIONAL = "NOTIONAL"
    MAX_NUM_ORDERS = "MAX_NUM_ORDERS"
    UNKNOWN_ORDER = "unknown order"
    ORDER_ID_MISMATCH = "order id and client order id name different orders"
    UNSUPPORTED = "unsupported order combination"
    WOULD_TRIGGER = "would trigger immediately"
    MARKET_CLOSED = "market is closed"
    CANCEL_RESTRICTED = "cancel restrictions"
    AMEND_INCREASE = "an amendment cannot raise the quantity"
    AMEND_NO_CHANGE = "the amendment would change nothing"
    UNKNOWN_LIST = "unknown order list"
    DUPLICATE_CLIENT_LIST_ID = "duplicate client order list id"
    LIST_PRICES = "relationship of the prices"
    ICEBERG_EXCEEDS = "iceberg quantity exceeds quantity"
    ICEBERG_PARTS = "ICEBERG_PARTS"
    TRAILING_DELTA = "TRAILING_DELTA"
    MAX_NUM_ALGO_ORDERS = "MAX_NUM_ALGO_ORDERS"
    MAX_NUM_ORDER_LISTS = "MAX_NUM_ORDER_LISTS"
    MAX_NUM_ORDER_AMENDS = "MAX_NUM_ORDER_AMENDS"


class ExpiryReason(StrEnum):
    UNFILLED = ""
    """The rest of an IOC, FOK or market order that found no counterpart."""
    SELF_TRADE = "STP"
    """Self-trade prevention; the order's status is EXPIRED_IN_MATCH."""
    LIST = "LIST"
    """Another order of its list was executed, triggered or ended."""
    FUNDS = "FUNDS"
    """A triggered or pending order that its account could not pay for when its time came."""
    REFUSED = "REFUSED"
    """A pending order that the market did not allow when its time came."""
    AMENDED = "AMENDED"
    """An amendment left it nothing to execute."""


class Rejected(msgspec.Struct, frozen=True, gc=False, tag="rejected", array_like=True):
    account: int
    symbol: str
    client_order_id: str
    reason: Rejection


class Accepted(msgspec.Struct, frozen=True, gc=False, tag="accepted", array_like=True):
    account: int
    symbol: str
    order_id: int
    client_order_id: str
    list_id: int = -1
    status: OrderStatus = OrderStatus.NEW
    """NEW, or PENDING_NEW for an order that waits until its list's working order is filled."""


class Triggered(msgspec.Struct, frozen=True, gc=False, tag="triggered", array_like=True):
    """A waiting stop or take-profit order began to work; its trades follow."""

    account: int
    symbol: str
    order_id: int


class Activated(msgspec.Struct, frozen=True, gc=False, tag="activated", array_like=True):
    """A PENDING_NEW order became NEW, as its list's working order is filled; its trades follow."""

    account: int
    symbol: str
    order_id: int


class Traded(msgspec.Struct, frozen=True, gc=False, tag="traded", array_like=True):
    """One fill, seen from both sides. Commissions are 1e-8 of the asset that each side receives."""

    trade_id: int
    symbol: str
    price: int
    quantity: int
    quote_amount: int
    taker_side: Side
    taker_account: int
    taker_order_id: int
    taker_commission: int
    maker_account: int
    maker_order_id: int
    maker_commission: int
    time_ms: int


class Canceled(msgspec.Struct, frozen=True, gc=False, tag="canceled", array_like=True):
    account: int
    symbol: str
    order_id: int
    client_order_id: str
    """The id of this cancel, as the caller or the gateway chose it."""


class Expired(msgspec.Struct, frozen=True, gc=False, tag="expired", array_like=True):
    """The exchange ended an order that was not filled, or not completely."""

    account: int
    symbol: str
    order_id: int
    reason: ExpiryReason = ExpiryReason.UNFILLED
    prevented: int = 0
    """Lots that self-trade prevention took from the order over its life."""


class Prevented(msgspec.Struct, frozen=True, gc=False, tag="prevented", array_like=True):
    """A match that self-trade prevention kept from being a trade. Expired events for whichever ended follow."""

    prevented_match_id: int
    """Counts within the symbol, from 0."""
    symbol: str
    price: int
    mode: SelfTradePrevention
    account: int
    taker_order_id: int
    taker_prevented: int
    """Lots that the taker lost; 0 where the mode leaves it alone."""
    maker_order_id: int
    maker_prevented: int
    time_ms: int


class Amended(msgspec.Struct, frozen=True, gc=False, tag="amended", array_like=True):
    account: int
    symbol: str
    order_id: int
    client_order_id: str
    """From now on."""
    quantity: int
    """Lots, from now on."""
    original_client_order_id: str
    original_quantity: int


class ListChanged(msgspec.Struct, frozen=True, gc=False, tag="list", array_like=True):
    """Where an order list stands; the engine's ``order_list`` has its orders."""

    account: int
    symbol: str
    list_id: int
    client_list_id: str
    kind: ListKind
    status_type: ListStatusType
    order_status: ListOrderStatus


class StatusChanged(msgspec.Struct, frozen=True, gc=False, tag="status", array_like=True):
    symbol: str
    status: SymbolStatus


class Deposited(msgspec.Struct, frozen=True, gc=False, tag="deposited", array_like=True):
    account: int
    asset: str
    amount: int


Event = (
    Rejected
    | Accepted
    | Traded
    | Canceled
    | Expired
    | Deposited
    | Triggered
    | Activated
    | Prevented
    | Amended
    | ListChanged
    | StatusChanged
)
