"""The whole state of an engine as plain data, which a snapshot holds: one struct for each structure that has a memory.

Each class exports and restores its own part, next to the attributes that it is about; what the engine is built from
(symbols, fees, limits) is not in here. Restoring what was exported gives an engine that answers every further command
and question alike. Orders are listed once and named by their ids everywhere else.

A field that a structure gains later goes to the end, with a default that is right for snapshots without it.
"""

import msgspec

from mock_exchange.engine.commands import SymbolStatus
from mock_exchange.engine.events import Prevented, Traded
from mock_exchange.engine.orders import Balance, Order, OrderList


class LevelState(msgspec.Struct, frozen=True, array_like=True):
    """One price of one side of a book."""

    price: int
    quantity: int
    """Lots that the level shows."""
    orders: list[int]
    """Open orders, in the order in which they will trade."""
    hidden: int = 0
    """Lots of icebergs that the level does not show."""


class BookState(msgspec.Struct, frozen=True, array_like=True):
    update_id: int
    bids: list[LevelState]
    asks: list[LevelState]


class AverageState(msgspec.Struct, frozen=True, array_like=True):
    buckets: list[list[int]]
    last_price: int
    off_ppm: int = 0
    stands_at: tuple[int, int] | None = None


class MarketState(msgspec.Struct, frozen=True, array_like=True):
    book: BookState
    average: AverageState
    last_trade_id: int
    status: SymbolStatus = SymbolStatus.TRADING
    last_prevented_match_id: int = -1
    returns_to: SymbolStatus | None = None


class BlotterState(msgspec.Struct, frozen=True, array_like=True):
    """One account's orders and trades in one symbol."""

    open_orders: list[int]
    latest: dict[str, int]
    trades: list[int]
    """Ids; the trades themselves are listed once, as two accounts share each."""
    prevented: list[Prevented] = []


class LedgerState(msgspec.Struct, frozen=True, array_like=True):
    last_order_id: int
    orders: list[Order]
    """Every order that is known, in the order in which they were accepted."""
    finished: list[int]
    """In the order in which they ended: the first is forgotten next."""
    trades: dict[str, list[Traded]]
    """By symbol, oldest first: all that some account still remembers."""
    blotters: dict[str, dict[int, BlotterState]]
    """By symbol and account."""
    last_execution_id: int = 0


class ListsState(msgspec.Struct, frozen=True, array_like=True):
    """Order lists of all symbols."""

    last_list_id: int = -1
    lists: list[OrderList] = []
    """Every list that is known, oldest first."""
    finished: list[int] = []
    """In the order in which they ended: the first is forgotten next."""


class EngineState(msgspec.Struct, frozen=True, array_like=True):
    accounts: dict[int, dict[str, Balance]]
    ledger: LedgerState
    markets: dict[str, MarketState]
    """By symbol."""
    lists: ListsState = ListsState()
