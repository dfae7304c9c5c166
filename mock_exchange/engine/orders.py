"""What the engine knows and shows: orders, balances, depth. Data only; prices are ticks, quantities lots, amounts 1e-8.

The objects are the engine's own, not copies: whoever reads them must not change them, and must not keep them across
commands where a value of that moment is meant.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import msgspec

from mock_exchange.engine.commands import OrderType, Side, TimeInForce

FEE_ACCOUNT = -1
"""Receives every commission. Accounts of the engine itself are negative, so those of users may be any other number."""
MARKET_MAKER_ACCOUNT = -2
"""The first market maker; further ones count downwards."""

PARTS_PER_MILLION = 10**6


class OrderStatus(StrEnum):
    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    """Never stored: a rejected order has no id. The word exists for whoever reports one."""


class Order(msgspec.Struct, gc=False, array_like=True):
    """An accepted order. ``quantity`` of a market order by quote amount is what that amount came to in the book."""

    order_id: int
    account: int
    symbol: str
    client_order_id: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    price: int
    quantity: int
    quote_quantity: int
    created_ms: int
    updated_ms: int
    executed: int = 0
    quote_executed: int = 0
    status: OrderStatus = OrderStatus.NEW
    trades: int = 0
    """How many fills the order has had."""

    @property
    def remaining(self) -> int:
        return self.quantity - self.executed

    @property
    def is_open(self) -> bool:
        return self.status is OrderStatus.NEW or self.status is OrderStatus.PARTIALLY_FILLED


class Balance(msgspec.Struct, gc=False, array_like=True):
    """Units of 1e-8: what can be spent, and what open orders hold."""

    free: int = 0
    locked: int = 0


class PriceLevel(NamedTuple):
    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Depth:
    """Best price first on both sides. ``last_update_id`` grows with every change of a level."""

    last_update_id: int
    bids: list[PriceLevel]
    asks: list[PriceLevel]


@dataclass(frozen=True, slots=True)
class Best:
    """The best level of each side; None where nothing rests."""

    bid: PriceLevel | None
    ask: PriceLevel | None


@dataclass(frozen=True, slots=True)
class Fees:
    """Commission rates in parts per million of the asset received: 1000 is 0.1 %, what the venue charges everyone."""

    maker_ppm: int = 1000
    taker_ppm: int = 1000

    def __post_init__(self) -> None:
        for name, rate_ppm in (("maker_ppm", self.maker_ppm), ("taker_ppm", self.taker_ppm)):
            if not 0 <= rate_ppm <= PARTS_PER_MILLION:
                raise ValueError(f"{name} is {rate_ppm}; a rate is 0 to {PARTS_PER_MILLION} parts per million")


@dataclass(frozen=True, slots=True)
class MemoryLimits:
    """How much of the past stays findable; the oldest is forgotten first. Open orders are always kept."""

    finished_orders_max: int = 1_000_000
    """At least 1, so that an order which its own command finished can still be shown to its caller."""
    account_trades_max: int = 100_000
    """Per account and symbol."""

    def __post_init__(self) -> None:
        if self.finished_orders_max < 1 or self.account_trades_max < 0:
            raise ValueError(f"{self}: remember at least 1 finished order and 0 trades")
