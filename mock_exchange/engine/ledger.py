"""Which orders and trades each account has: open ones for sure, finished ones as far as memory is allowed to reach.

Client order ids are unique among an account's open orders of a symbol and free again afterwards, as on the venue.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Reversible
from itertools import islice
from types import MappingProxyType

from mock_exchange.engine.events import Prevented, Traded
from mock_exchange.engine.orders import MemoryLimits, Order
from mock_exchange.engine.state import BlotterState, LedgerState
from mock_exchange.engine.stops import STOPS


class Blotter:
    """One account's orders and trades in one symbol."""

    __slots__ = ("latest", "open_orders", "orders", "prevented", "trades", "waiting")

    def __init__(self, trades_max: int) -> None:
        self.orders: dict[int, Order] = {}
        """All that are known, oldest first."""
        self.open_orders: dict[int, Order] = {}
        self.latest: dict[str, Order] = {}
        """By client order id, the newest order that bore it."""
        self.trades: deque[Traded] = deque(maxlen=trades_max)
        self.prevented: deque[Prevented] = deque(maxlen=trades_max)
        """Matches of the account with itself."""
        self.waiting = 0
        """How many open stop and take-profit orders do not work yet."""

    def __bool__(self) -> bool:
        """Whether there is anything in it: a question alone leaves an empty one behind."""
        return bool(self.open_orders or self.latest or self.trades or self.prevented)

    def export(self) -> BlotterState:
        latest = {name: order.order_id for name, order in self.latest.items()}
        trades = [trade.trade_id for trade in self.trades]
        return BlotterState(list(self.open_orders), latest, trades, list(self.prevented))

    def restore(self, state: BlotterState, orders: Mapping[int, Order], trades: Mapping[int, Traded]) -> None:
        self.open_orders = {order_id: orders[order_id] for order_id in state.open_orders}
        self.waiting = sum(not order.is_working and order.type in STOPS for order in self.open_orders.values())
        self.latest = {name: orders[order_id] for name, order_id in state.latest.items()}
        self.trades.extend(trades[trade_id] for trade_id in state.trades)
        self.prevented.extend(state.prevented)


class OrderLedger:
    """Every order that is known, by its id, and every account's blotters."""

    __slots__ = (
        "_blotters",
        "_finished",
        "_last_execution_id",
        "_last_order_id",
        "_limits",
        "_orders",
        "finished_count",
    )

    def __init__(self, symbols: Iterable[str], limits: MemoryLimits) -> None:
        self._limits = limits
        self._orders: dict[int, Order] = {}
        self._finished: deque[Order] = deque()
        self._last_order_id = 0
        self._last_execution_id = 0
        self.finished_count = 0
        """How many orders have ended since the engine was made."""
        self._blotters: dict[str, dict[int, Blotter]] = {symbol: {} for symbol in symbols}

    @property
    def by_ids(self) -> Mapping[int, Order]:
        """Every order that is known."""
        return MappingProxyType(self._orders)

    @property
    def forgotten_count(self) -> int:
        return self._last_order_id - len(self._orders)

    def new_order_id(self) -> int:
        """Ids count from 1, over all symbols."""
        self._last_order_id += 1
        return self._last_order_id

    def new_execution_id(self) -> int:
        """For what happens to an order besides trades; from 1, over all symbols."""
        self._last_execution_id += 1
        return self._last_execution_id

    def blotter(self, symbol: str, account: int) -> Blotter:
        of_symbol = self._blotters[symbol]
        blotter = of_symbol.get(account)
        if blotter is None:
            blotter = of_symbol[account] = Blotter(self._limits.account_trades_max)
        return blotter

    def accept(self, order: Order, blotter: Blotter) -> None:
        self._orders[order.order_id] = order
        blotter.orders[order.order_id] = order
        blotter.open_orders[order.order_id] = order
        blotter.latest[order.client_order_id] = order
        if not order.is_working and order.type in STOPS:
            blotter.waiting += 1

    def trigger(self, order: Order) -> None:
        """An open stop begins to work."""
        self._blotters[order.symbol][order.account].waiting -= 1
        order.is_working, order.working_ms = True, order.updated_ms

    def finish(self, order: Order) -> None:
        """The order is in its final state: keep it as history, and forget the oldest beyond the limit."""
        blotter = self._blotters[order.symbol][order.account]
        del blotter.open_orders[order.order_id]
        if not order.is_working and order.type in STOPS:
            blotter.waiting -= 1
        self._finished.append(order)
        self.finished_count += 1
        if len(self._finished) > self._limits.finished_orders_max:
            self._forget(self._finished.popleft())

    def _forget(self, order: Order) -> None:
        del self._orders[order.order_id]
        blotter = self._blotters[order.symbol][order.account]
        del blotter.orders[order.order_id]
        latest = blotter.latest
        if latest.get(order.client_order_id) is order:
            del latest[order.client_order_id]

    def rename(self, order: Order, client_order_id: str) -> None:
        """Give an open order another client order id; only the truth answers to the old one."""
        latest = self._blotters[order.symbol][order.account].latest
        if latest.get(order.client_order_id) is order:
            del latest[order.client_order_id]
        if client_order_id != order.client_order_id:
            order.former_ids += (order.client_order_id,)
        order.client_order_id = client_order_id
        latest[client_order_id] = order

    def record(self, trade: Traded) -> None:
        """Note a trade for both accounts; once where they are one, as it is one trade, whose both sides it tells."""
        of_symbol = self._blotters[trade.symbol]
        of_symbol[trade.taker_account].trades.append(trade)
        if trade.maker_account != trade.taker_account:
            of_symbol[trade.maker_account].trades.append(trade)

    def record_prevented(self, match: Prevented) -> None:
        """Note a match of an account with itself that was kept from being a trade."""
        self._blotters[match.symbol][match.account].prevented.append(match)

    def by_id(self, account: int, symbol: str, order_id: int) -> Order | None:
        order = self._orders.get(order_id)
        return order if order is not None and order.account == account and order.symbol == symbol else None

    def by_client_id(self, account: int, symbol: str, client_order_id: str) -> Order | None:
        return self.blotter(symbol, account).latest.get(client_order_id)

    def open_orders(self, account: int, symbol: str | None) -> list[Order]:
        """Oldest first within a symbol."""
        symbols = self._blotters if symbol is None else (symbol,)
        return [order for each in symbols for order in self.blotter(each, account).open_orders.values()]

    def account_orders(self, account: int, symbol: str) -> list[Order]:
        return list(self.blotter(symbol, account).orders.values())

    def order_history(self, account: int, symbol: str) -> Reversible[Order]:
        return self.blotter(symbol, account).orders.values()

    def trade_history(self, account: int, symbol: str) -> Reversible[Traded]:
        return self.blotter(symbol, account).trades

    def trades(self, account: int, symbol: str) -> list[Traded]:
        return list(self.blotter(symbol, account).trades)

    def prevented(self, account: int, symbol: str) -> list[Prevented]:
        return list(self.blotter(symbol, account).prevented)

    def all(self) -> Iterator[Order]:
        return iter(self._orders.values())

    def last_finished(self, number: int) -> list[Order]:
        """The orders that ended last, up to this many, oldest first."""
        return [*islice(reversed(self._finished), number)][::-1]

    def export(self) -> LedgerState:
        blotters = {
            symbol: {account: blotter for account, blotter in sorted(of_symbol.items()) if blotter}
            for symbol, of_symbol in self._blotters.items()
        }
        return LedgerState(
            self._last_order_id,
            list(self._orders.values()),
            [order.order_id for order in self._finished],
            {symbol: _trades_of(of_symbol.values()) for symbol, of_symbol in blotters.items()},
            {
                symbol: {account: blotter.export() for account, blotter in of_symbol.items()}
                for symbol, of_symbol in blotters.items()
            },
            self._last_execution_id,
        )

    def restore(self, state: LedgerState) -> None:
        self._last_order_id = state.last_order_id
        self._last_execution_id = state.last_execution_id
        self._orders = {order.order_id: order for order in state.orders}
        self._finished = deque(self._orders[order_id] for order_id in state.finished)
        for order in state.orders:
            self.blotter(order.symbol, order.account).orders[order.order_id] = order
        for symbol, of_symbol in state.blotters.items():
            trades = {trade.trade_id: trade for trade in state.trades[symbol]}
            for account, blotter in of_symbol.items():
                self.blotter(symbol, account).restore(blotter, self._orders, trades)


def _trades_of(blotters: Iterable[Blotter]) -> list[Traded]:
    """Every trade that one of them remembers, once, oldest first."""
    trades = {trade.trade_id: trade for blotter in blotters for trade in blotter.trades}
    return [trades[trade_id] for trade_id in sorted(trades)]
