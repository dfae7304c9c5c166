"""Which orders and trades each account has: open ones for sure, finished ones as far as memory is allowed to reach.

Client order ids are unique among an account's open orders of a symbol and free again afterwards, as on the venue.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from mock_exchange.engine.events import Traded
from mock_exchange.engine.orders import MemoryLimits, Order


class Blotter:
    """One account's orders and trades in one symbol."""

    __slots__ = ("latest", "open_orders", "trades")

    def __init__(self, trades_max: int) -> None:
        self.open_orders: dict[int, Order] = {}
        self.latest: dict[str, Order] = {}
        """By client order id, the newest order that bore it."""
        self.trades: deque[Traded] = deque(maxlen=trades_max)


class OrderLedger:
    """Every order that is known, by its id, and every account's blotters."""

    __slots__ = ("_blotters", "_finished", "_limits", "_orders")

    def __init__(self, symbols: Iterable[str], limits: MemoryLimits) -> None:
        self._limits = limits
        self._orders: dict[int, Order] = {}
        self._finished: deque[Order] = deque()
        self._blotters: dict[str, dict[int, Blotter]] = {symbol: {} for symbol in symbols}

    def blotter(self, symbol: str, account: int) -> Blotter:
        of_symbol = self._blotters[symbol]
        blotter = of_symbol.get(account)
        if blotter is None:
            blotter = of_symbol[account] = Blotter(self._limits.account_trades_max)
        return blotter

    def accept(self, order: Order, blotter: Blotter) -> None:
        self._orders[order.order_id] = order
        blotter.open_orders[order.order_id] = order
        blotter.latest[order.client_order_id] = order

    def finish(self, order: Order) -> None:
        """The order is in its final state: keep it as history, and forget the oldest beyond the limit."""
        del self._blotters[order.symbol][order.account].open_orders[order.order_id]
        self._finished.append(order)
        if len(self._finished) > self._limits.finished_orders_max:
            self._forget(self._finished.popleft())

    def _forget(self, order: Order) -> None:
        del self._orders[order.order_id]
        latest = self._blotters[order.symbol][order.account].latest
        if latest[order.client_order_id] is order:
            del latest[order.client_order_id]

    def record(self, trade: Traded) -> None:
        """Note a trade for both accounts; once where they are one, as it is one trade, whose both sides it tells."""
        of_symbol = self._blotters[trade.symbol]
        of_symbol[trade.taker_account].trades.append(trade)
        if trade.maker_account != trade.taker_account:
            of_symbol[trade.maker_account].trades.append(trade)

    def by_id(self, account: int, symbol: str, order_id: int) -> Order | None:
        order = self._orders.get(order_id)
        return order if order is not None and order.account == account and order.symbol == symbol else None

    def by_client_id(self, account: int, symbol: str, client_order_id: str) -> Order | None:
        return self.blotter(symbol, account).latest.get(client_order_id)

    def open_orders(self, account: int, symbol: str | None) -> list[Order]:
        """Oldest first within a symbol."""
        symbols = self._blotters if symbol is None else (symbol,)
        return [order for each in symbols for order in self.blotter(each, account).open_orders.values()]

    def trades(self, account: int, symbol: str) -> list[Traded]:
        return list(self.blotter(symbol, account).trades)

    def all(self) -> Iterator[Order]:
        return iter(self._orders.values())
