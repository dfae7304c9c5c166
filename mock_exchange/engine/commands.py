"""What can be asked of the engine. Prices are ticks, quantities lots, quote amounts and balances 1e-8 of the asset.

Commands are msgspec structs, so that a journal can hold them as they are. Each carries the time that the gateway
accepted it (``time_ms``, milliseconds since the epoch): the engine has no clock of its own.
"""

from enum import StrEnum

import msgspec


class Side(StrEnum):
    BUY = "BUY"
    SELL = "SELL"


class OrderType(StrEnum):
    LIMIT = "LIMIT"
    MARKET = "MARKET"
    LIMIT_MAKER = "LIMIT_MAKER"
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"


class TimeInForce(StrEnum):
    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class SelfTradePrevention(StrEnum):
    """What happens where an incoming order meets one of its own account's; the incoming order's mode decides."""

    NONE = "NONE"
    """They trade."""
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"
    DECREMENT = "DECREMENT"
    """Both lose the lots that would have traded; whichever has none left expires."""


class SymbolStatus(StrEnum):
    TRADING = "TRADING"
    HALT = "HALT"
    """Neither orders nor cancels."""
    BREAK = "BREAK"
    """As HALT, planned."""
    CANCEL_ONLY = "CANCEL_ONLY"
    AUCTION = "AUCTION_MATCH"
    """Orders are collected; when trading begins, those that cross trade at one price."""


class ListKind(StrEnum):
    OCO = "OCO"
    """One cancels the other: above, below."""
    OTO = "OTO"
    """One triggers the other: working, pending."""
    OTOCO = "OTOCO"
    """One triggers a pair of which one cancels the other: working, above, below."""


class CancelRestriction(StrEnum):
    NONE = ""
    ONLY_NEW = "ONLY_NEW"
    ONLY_PARTIALLY_FILLED = "ONLY_PARTIALLY_FILLED"


class Strategy(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a caller labels its order with; it means nothing to the exchange. -1 where a label is missing."""

    id: int = -1
    type: int = -1


class PlaceOrder(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="place", array_like=True):
    account: int
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    price: int
    """Ticks; 0 for a market order."""
    quantity: int
    """Lots; 0 for a market order by quote amount."""
    quote_quantity: int
    """1e-8 of the quote asset to spend or receive at the most; 0 unless a market order by quote amount."""
    client_order_id: str
    time_ms: int
    stop_price: int = 0
    """Ticks; the last price that makes a waiting order work, or a trailing one follow the price. 0: none."""
    trailing_delta: int = 0
    """Basis points that the price must turn back before a trailing order works; 0: not trailing."""
    iceberg: int = 0
    """Lots that the book may show at a time; 0: all."""
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.NONE
    strategy: Strategy | None = None


class PlaceOrderList(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="place_list", array_like=True):
    """Orders that depend on each other, in the order that ``ListKind`` names. All of the same account and symbol."""

    account: int
    symbol: str
    kind: ListKind
    client_list_id: str
    orders: tuple[PlaceOrder, ...]
    time_ms: int


class CancelOrder(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="cancel", array_like=True):
    """Cancel by ``order_id`` or, where that is 0, by ``client_order_id``; given both, they must agree."""

    account: int
    symbol: str
    order_id: int
    client_order_id: str
    new_client_order_id: str
    time_ms: int
    restriction: CancelRestriction = CancelRestriction.NONE


class CancelOrderList(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="cancel_list", array_like=True):
    """Cancel by ``list_id`` or, where that is negative, by ``client_list_id``; given both, they must agree."""

    account: int
    symbol: str
    list_id: int
    client_list_id: str
    new_client_order_id: str
    time_ms: int


class ReplaceOrder(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="replace", array_like=True):
    """Cancel an order and place another at once. Both are of the same account and symbol."""

    cancel: CancelOrder
    place: PlaceOrder
    allow_failure: bool
    """Place the new order even where the old one cannot be canceled (the venue's ALLOW_FAILURE)."""

    @property
    def account(self) -> int:
        return self.place.account

    @property
    def symbol(self) -> str:
        return self.place.symbol

    @property
    def time_ms(self) -> int:
        return self.place.time_ms


class AmendOrder(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="amend", array_like=True):
    """Give an open order a smaller quantity; it keeps its place in the queue. Ids as in CancelOrder."""

    account: int
    symbol: str
    order_id: int
    client_order_id: str
    new_client_order_id: str
    quantity: int
    """Lots, those already executed included."""
    time_ms: int


class CancelAllOrders(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="cancel_all", array_like=True):
    account: int
    symbol: str
    new_client_order_id: str
    time_ms: int


class Deposit(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="deposit", array_like=True):
    """How money enters: configuration at the start, or tests. The only command that creates an asset's units."""

    account: int
    asset: str
    amount: int
    time_ms: int


class SetSymbolStatus(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="status", array_like=True):
    """The operator opens, closes or reopens a market, or a fault does so for a while."""

    symbol: str
    status: SymbolStatus
    time_ms: int
    returns_to: SymbolStatus | None = None
    """What the status is again once the fault ends that gives it this one; None where it stays."""


class Misprice(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="misprice", array_like=True):
    """The price that filters compare with goes wrong, or right again: a fault of whoever makes the index."""

    symbol: str
    time_ms: int
    off_ppm: int = 0
    """By so many millionths of what it should be."""
    stands_still: bool = False
    """It follows no trade from now on."""


MarketCommand = (
    PlaceOrder
    | CancelOrder
    | CancelAllOrders
    | PlaceOrderList
    | CancelOrderList
    | ReplaceOrder
    | AmendOrder
    | SetSymbolStatus
    | Misprice
)
Command = MarketCommand | Deposit
