"""What the engine knows and shows: orders, balances, depth. Data only; prices are ticks, quantities lots, amounts 1e-8.

The objects are the engine's own, not copies: whoever reads them must not change them, and must not keep them across
commands where a value of that moment is meant.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from mock_exchange.engine.commands import ListKind, OrderType, SelfTradePrevention, Side, Strategy, TimeInForce

FEE_ACCOUNT = -1
"""Receives every commission. Accounts of the engine itself are negative, so those of users are above 0."""
MARKET_MAKER_ACCOUNT = -2
"""The first market maker; further ones count downwards."""
NO_ACCOUNT = 0
"""Whose the operator's commands are. Accounts of users count from 1."""

PARTS_PER_MILLION = 10**6


class OrderStatus(StrEnum):
    NEW = "NEW"
    PENDING_NEW = "PENDING_NEW"
    """Waits until its list's working order is filled."""
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"
    """By self-trade prevention."""
    REJECTED = "REJECTED"
    """Never stored: a rejected order has no id. The word exists for whoever reports one."""


# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_NEW: Final = OrderStatus.NEW
_PENDING_NEW: Final = OrderStatus.PENDING_NEW
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED


class ListStatusType(StrEnum):
    """What a message about an order list is about (the venue's listStatusType)."""

    RESPONSE = "RESPONSE"
    EXEC_STARTED = "EXEC_STARTED"
    UPDATED = "UPDATED"
    """An order of the list has another client order id."""
    ALL_DONE = "ALL_DONE"


class ListOrderStatus(StrEnum):
    EXECUTING = "EXECUTING"
    ALL_DONE = "ALL_DONE"
    REJECT = "REJECT"


class Amendment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What an order was, and what it became when its quantity was amended."""

    execution_id: int
    """Counts over all symbols, from 1."""
    client_order_id: str
    new_client_order_id: str
    quantity: int
    new_quantity: int
    time_ms: int


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
    working_ms: int = 0
    """When the order began to work; 0 where it has not."""
    executed: int = 0
    quote_executed: int = 0
    status: OrderStatus = OrderStatus.NEW
    trades: int = 0
    """How many fills the order has had."""
    stop_price: int = 0
    trailing_delta: int = 0
    iceberg: int = 0
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.NONE
    list_id: int = -1
    is_working: bool = True
    """False while a stop order waits for its price, or a pending one for its list's working order."""
    prevented: int = 0
    """Lots that self-trade prevention took away."""
    prevented_match_id: int = -1
    """The last match that was prevented; -1: none."""
    amendments: tuple[Amendment, ...] = ()
    """Oldest first."""
    trailing_ms: int = 0
    """When a trailing order began to follow the price; 0 where it does not."""
    trailing_price: int = 0
    """The best price that a trailing order has seen since then."""
    visible: int = 0
    """Lots of an iceberg that the book shows now."""
    held: int = 0
    """1e-8 that the order holds while it is not working; a working one holds what the rest of it needs."""
    strategy: Strategy | None = None
    former_ids: tuple[str, ...] = ()
    """Client order ids that it bore before amendments gave it another, oldest first."""
    hold_price: int = 0
    """The last price when a trailing order began to wait: what one without a price of its own holds for each lot."""

    @property
    def remaining(self) -> int:
        return self.quantity - self.executed - self.prevented

    @property
    def is_open(self) -> bool:
        status = self.status
        return status is _NEW or status is _PARTIALLY_FILLED or status is _PENDING_NEW

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its price."""
        return not self.is_working and self.status is _NEW


class OrderList(msgspec.Struct, gc=False, array_like=True):
    """Orders that depend on each other."""

    list_id: int
    account: int
    symbol: str
    client_list_id: str
    kind: ListKind
    order_ids: tuple[int, ...]
    """As they were placed: OCO above, below; OTO working, pending; OTOCO working, above, below."""
    created_ms: int
    updated_ms: int
    status_type: ListStatusType = ListStatusType.EXEC_STARTED
    order_status: ListOrderStatus = ListOrderStatus.EXECUTING

    @property
    def is_open(self) -> bool:
        return self.order_status is ListOrderStatus.EXECUTING


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
