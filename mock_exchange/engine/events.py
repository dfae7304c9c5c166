"""What the engine says has happened, in order. One command gives one or more events."""

from enum import StrEnum

import msgspec

from mock_exchange.engine.commands import Side


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
    """The rest of an IOC, FOK or market order that found no counterpart."""

    account: int
    symbol: str
    order_id: int


class Deposited(msgspec.Struct, frozen=True, gc=False, tag="deposited", array_like=True):
    account: int
    asset: str
    amount: int


Event = Rejected | Accepted | Traded | Canceled | Expired | Deposited
