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


class TimeInForce(StrEnum):
    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


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


class CancelOrder(msgspec.Struct, frozen=True, gc=False, tag_field="command", tag="cancel", array_like=True):
    """Cancel by ``order_id`` or, where that is 0, by ``client_order_id``; given both, they must agree."""

    account: int
    symbol: str
    order_id: int
    client_order_id: str
    new_client_order_id: str
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


Command = PlaceOrder | CancelOrder | CancelAllOrders | Deposit
