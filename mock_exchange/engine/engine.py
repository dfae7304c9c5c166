"""The engine: applies commands to markets and accounts, and answers questions. The only class that the gateway needs.

Reading never changes what a later command does. Prices are ticks, quantities lots, amounts 1e-8 of the asset;
``symbols`` turns them into text.
"""

from collections.abc import Iterator, Mapping, Reversible, Sequence
from types import MappingProxyType

from mock_exchange.engine.accounts import Accounts
from mock_exchange.engine.commands import (
    AmendOrder,
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    Command,
    Deposit,
    MarketCommand,
    Misprice,
    PlaceOrder,
    PlaceOrderList,
    ReplaceOrder,
    SetSymbolStatus,
    Side,
    SymbolStatus,
)
from mock_exchange.engine.events import Deposited, Event, Prevented, Rejected, Rejection, Traded
from mock_exchange.engine.ledger import OrderLedger
from mock_exchange.engine.lists import OrderLists
from mock_exchange.engine.market import Market
from mock_exchange.engine.orders import NO_ACCOUNT, Balance, Best, Depth, Fees, MemoryLimits, Order, OrderList
from mock_exchange.engine.state import EngineState
from mock_exchange.engine.symbols import Symbol


class Engine:
    """A deterministic exchange. Two engines built alike and given the same commands return equal events.

    Reads about a symbol raise KeyError where the exchange does not list it; commands answer Rejected.
    """

    def __init__(self, symbols: Sequence[Symbol], fees: Fees | None = None, memory: MemoryLimits | None = None) -> None:
        """Raises ValueError where two symbols have the same name."""
        self._symbols = {symbol.name: symbol for symbol in symbols}
        if len(self._symbols) < len(symbols):
            raise ValueError(f"symbols are listed twice: {[symbol.name for symbol in symbols]}")
        self.fees = fees or Fees()
        self._accounts = Accounts()
        memory = memory or MemoryLimits()
        self._ledger = OrderLedger(self._symbols, memory)
        self._lists = OrderLists(memory.finished_orders_max)
        self._markets = {
            name: Market(symbol, self._accounts, self._ledger, lists=self._lists, fees=self.fees)
            for name, symbol in self._symbols.items()
        }

    @property
    def symbols(self) -> Mapping[str, Symbol]:
        return MappingProxyType(self._symbols)

    def apply(self, command: Command) -> list[Event]:
        """Do it, or not: a single Rejected event means that nothing has changed.

        A placed order gives Accepted, then its Traded and Prevented events, then Expired where a rest may not wait in
        the book, then whatever that set off: orders of lists that expire or begin, stops that are triggered. A
        canceled order that belongs to a list takes the others with it, itself first. ReplaceOrder gives what its
        cancel gives, then what its order gives; a Rejected in front is the cancel's. A Deposit of nothing or less is a
        mistake of the caller: ValueError.
        """
        if isinstance(command, PlaceOrder) and (market := self._markets.get(command.symbol)) is not None:
            return market.place(command)  # nearly always
        if isinstance(command, Deposit):
            return self._deposit(command)
        market = self._markets.get(command.symbol)
        if market is None or isinstance(command, PlaceOrder):
            return [_rejected(command, Rejection.UNKNOWN_SYMBOL)]
        return market.cancel(command) if isinstance(command, CancelOrder) else _done(market, command)

    def _deposit(self, command: Deposit) -> list[Event]:
        if command.amount <= 0:
            raise ValueError(f"a deposit of {command.amount} {command.asset}; it must be more than 0")
        self._accounts.balance(command.account, command.asset).free += command.amount
        return [Deposited(command.account, command.asset, command.amount)]

    def order(self, account: int, symbol: str, order_id: int = 0, client_order_id: str = "") -> Order | None:
        """The order with this id or, where that is 0, the newest that bore the client's id; None where unknown.

        Other accounts' orders are unknown. Given both ids, both must be right. Finished orders are found until memory
        limits forget them.
        """
        if not order_id:
            return self._ledger.by_client_id(account, symbol, client_order_id)
        order = self._ledger.by_id(account, symbol, order_id)
        return order if order and client_order_id in ("", order.client_order_id) else None

    def open_orders(self, account: int, symbol: str | None = None) -> list[Order]:
        """Oldest first within a symbol; all symbols where none is given."""
        return self._ledger.open_orders(account, symbol)

    def account_orders(self, account: int, symbol: str) -> list[Order]:
        """Open and finished ones, oldest first, as far as memory limits reach."""
        return self._ledger.account_orders(account, symbol)

    def order_history(self, account: int, symbol: str) -> Reversible[Order]:
        """As ``account_orders``, without a copy: for whoever reads a part of it, and keeps it not across commands."""
        return self._ledger.order_history(account, symbol)

    def trade_history(self, account: int, symbol: str) -> Reversible[Traded]:
        """As ``account_trades``, without a copy."""
        return self._ledger.trade_history(account, symbol)

    def account_trades(self, account: int, symbol: str) -> list[Traded]:
        """Oldest first; the account was the taker where ``taker_account`` says so, the maker where the other one does.

        A trade of an account with itself is in the list once, and the account was both.
        """
        return self._ledger.trades(account, symbol)

    def prevented_matches(self, account: int, symbol: str) -> list[Prevented]:
        """Where self-trade prevention kept the account from trading with itself, oldest first."""
        return self._ledger.prevented(account, symbol)

    def balances(self, account: int) -> Mapping[str, Balance]:
        """By asset; a live, read-only view. Assets that the account never had are missing."""
        return self._accounts.of(account)

    def accounts(self) -> Mapping[int, Mapping[str, Balance]]:
        """Every account's balances, those of the exchange itself included: what conservation is checked on."""
        return self._accounts.all()

    def violation(self, command: PlaceOrder) -> Rejection | None:
        """The filter that the order breaks by itself, whatever it would run into; KeyError for an unlisted symbol."""
        return self._markets[command.symbol].violation(command)

    def depth(self, symbol: str, limit: int) -> Depth:
        """Up to ``limit`` levels of each side."""
        book = self._markets[symbol].book
        return Depth(book.update_id, book.bids.depth(limit), book.asks.depth(limit))

    def best(self, symbol: str) -> Best:
        book = self._markets[symbol].book
        return Best(book.bids.best(), book.asks.best())

    def lots_at(self, symbol: str, side: Side, price: int) -> int:
        """What rests on one level, in lots; 0 where there is none."""
        return self._markets[symbol].book.own(side).lots_at(price)

    def drain_touched(self, symbol: str) -> list[tuple[Side, int]]:
        """Side and price of every level that changed since the last call; for one listener, that alone may call it.

        Nothing is kept before the first call, which therefore gives every level there is. A level that is no longer in
        the book has no lots left. Whoever will not call again says so (``forget_touched``).
        """
        return self._markets[symbol].book.drain_touched()

    def forget_touched(self, symbol: str) -> None:
        """Keep nothing for ``drain_touched`` until its next call, which is then a first one."""
        self._markets[symbol].book.forget_touched()

    def symbol_status(self, symbol: str) -> SymbolStatus:
        return self._markets[symbol].status

    def status_to_return(self, symbol: str) -> SymbolStatus | None:
        """The status that the symbol gets back once a fault ends; None where no fault has changed it."""
        return self._markets[symbol].returns_to

    def order_list(self, account: int, list_id: int = -1, client_list_id: str = "") -> OrderList | None:
        """The list with this id or, where that is negative, the newest with the client's id; None where unknown."""
        return self._lists.find(account, list_id, client_list_id)

    def open_lists(self, account: int) -> list[OrderList]:
        """Oldest first."""
        return self._lists.open_of(account)

    def all_lists(self, account: int) -> list[OrderList]:
        """Every list that is still known, oldest first."""
        return self._lists.all_of(account)

    def last_price(self, symbol: str) -> int:
        """Ticks; 0 before the first trade."""
        return self._markets[symbol].average.last_price

    def average_price(self, symbol: str) -> int:
        """Volume-weighted over the symbol's average_price_minutes before its last order, in ticks, rounded down."""
        numerator, denominator = self._markets[symbol].average.ratio()
        return numerator // denominator

    def is_mispriced(self, symbol: str) -> bool:
        """Whether the average is not what was traded."""
        return self._markets[symbol].average.is_wrong

    def average_as_told(self, symbol: str, price: int) -> int:
        """What is told where the average is this price, in units of 1e-8, by what was traded."""
        market = self._markets[symbol]
        if not market.average.is_wrong:
            return price
        numerator, denominator = market.average.told(price, market.symbol.tick_units)
        return numerator * market.symbol.tick_units // denominator

    def all_orders(self) -> Iterator[Order]:
        """Every order that is still known, oldest first, of all accounts. Apply no command while iterating."""
        return self._ledger.all()

    def knows(self, order_id: int) -> bool:
        """Whether this order is still remembered, whoever placed it."""
        return order_id in self._ledger.by_ids

    @property
    def forgotten_count(self) -> int:
        """How many orders were accepted and are not remembered any more."""
        return self._ledger.forgotten_count

    @property
    def finished_count(self) -> int:
        """How many orders have ended since this engine was made or restored."""
        return self._ledger.finished_count

    def last_finished(self, number: int) -> list[Order]:
        """The orders that ended last, up to this many, oldest first."""
        return self._ledger.last_finished(number)

    def export(self) -> EngineState:
        """Everything that commands have changed, for a snapshot.

        Parts of it are the engine's own: write it down before the next command.
        """
        markets = {name: market.export() for name, market in self._markets.items()}
        return EngineState(self._accounts.export(), self._ledger.export(), markets, self._lists.export())

    def restore(self, state: EngineState) -> None:
        """Become the engine that was exported. The state is used up: its orders and balances live on in here.

        Raises KeyError where the state has symbols that this engine does not list.
        """
        self._accounts.restore(state.accounts)
        self._ledger.restore(state.ledger)
        self._lists.restore(state.lists)
        for name, market in state.markets.items():
            self._markets[name].restore(market)


def _done(market: Market, command: MarketCommand) -> list[Event]:  # noqa: PLR0911 - a table, one line per command
    match command:
        case CancelAllOrders():
            return market.cancel_all(command)
        case ReplaceOrder():
            return market.replace(command)
        case AmendOrder():
            return market.amend(command)
        case PlaceOrderList():
            return market.place_list(command)
        case CancelOrderList():
            return market.cancel_list(command)
        case SetSymbolStatus():
            return market.set_status(command)
        case Misprice():
            return market.misprice(command)
        case PlaceOrder():
            return market.place(command)
        case CancelOrder():
            return market.cancel(command)


def _rejected(command: MarketCommand, reason: Rejection) -> Rejected:
    account = NO_ACCOUNT if isinstance(command, SetSymbolStatus | Misprice) else command.account
    return Rejected(account, command.symbol, _client_id(command), reason)


def _client_id(command: MarketCommand) -> str:
    """What the caller of a refused command knows it by."""
    if isinstance(command, PlaceOrder | CancelOrder | AmendOrder):
        return command.client_order_id
    if isinstance(command, PlaceOrderList | CancelOrderList):
        return command.client_list_id
    return command.place.client_order_id if isinstance(command, ReplaceOrder) else ""
