"""One symbol's market: what may come in, and what each command does. Refuses before it changes anything."""

from typing import Final

from mock_exchange.engine.accounts import Accounts
from mock_exchange.engine.amending import Amending
from mock_exchange.engine.auction import uncross
from mock_exchange.engine.average import AveragePrice
from mock_exchange.engine.book import Book
from mock_exchange.engine.commands import (
    AmendOrder,
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    CancelRestriction,
    Misprice,
    OrderType,
    PlaceOrder,
    PlaceOrderList,
    ReplaceOrder,
    SetSymbolStatus,
    Side,
    SymbolStatus,
    TimeInForce,
)
from mock_exchange.engine.demand import Demand, demand
from mock_exchange.engine.events import Accepted, Event, Rejected, Rejection, StatusChanged
from mock_exchange.engine.filters import is_by_quote, quote_order_violation, violation
from mock_exchange.engine.holds import waiting_need
from mock_exchange.engine.ledger import Blotter, OrderLedger
from mock_exchange.engine.list_entry import ListEntry
from mock_exchange.engine.lists import OrderLists
from mock_exchange.engine.orders import Fees, Order, OrderStatus
from mock_exchange.engine.state import MarketState
from mock_exchange.engine.stops import STOPS
from mock_exchange.engine.symbols import Symbol
from mock_exchange.engine.trading import Trading, may_rest, new_order, would_trigger

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_LIMIT: Final = OrderType.LIMIT
_LIMIT_MAKER: Final = OrderType.LIMIT_MAKER
_GTC: Final = TimeInForce.GTC
_TRADING: Final = SymbolStatus.TRADING
_AUCTION: Final = SymbolStatus.AUCTION
_CANCELABLE: Final = frozenset((_TRADING, _AUCTION, SymbolStatus.CANCEL_ONLY))
_NO_RESTRICTION: Final = CancelRestriction.NONE
_RESTRICTIONS: Final = {
    CancelRestriction.ONLY_NEW: OrderStatus.NEW,
    CancelRestriction.ONLY_PARTIALLY_FILLED: OrderStatus.PARTIALLY_FILLED,
}


class Market:
    __slots__ = (
        "_accounts",
        "_amending",
        "_ledger",
        "_list_entry",
        "_trading",
        "average",
        "book",
        "returns_to",
        "symbol",
    )

    def __init__(
        self, symbol: Symbol, accounts: Accounts, ledger: OrderLedger, *, lists: OrderLists, fees: Fees
    ) -> None:
        self.symbol = symbol
        self._accounts = accounts
        self._ledger = ledger
        self._trading = Trading(symbol, accounts, ledger, lists=lists, fees=fees)
        self._amending = Amending(self._trading)
        self._list_entry = ListEntry(self._trading)
        self.book: Book = self._trading.book
        self.average: AveragePrice = self._trading.average
        self.returns_to: SymbolStatus | None = None
        """The status that comes again once a fault ends; None where none has changed it."""

    @property
    def status(self) -> SymbolStatus:
        return self._trading.status

    # Orders in.

    def violation(self, command: PlaceOrder) -> Rejection | None:
        """The filter that the order breaks by itself."""
        return violation(self.symbol, self.average, command)

    def place(self, command: PlaceOrder) -> list[Event]:
        blotter = self._ledger.blotter(command.symbol, command.account)
        self.average.advance(command.time_ms)
        reason = violation(self.symbol, self.average, command) or self._conflict(command, blotter)
        if reason is None:
            if command.type is _LIMIT:  # nearly always, and what it asks for is plain
                if self._trading.holds.can_pay(command):
                    return self._enter(command, command.quantity, blotter)
                reason = Rejection.INSUFFICIENT_BALANCE
            else:
                wanted = self._demand(command)
                reason = self._shortage(command, wanted)
                if reason is None:
                    return self._enter(command, wanted.lots, blotter, wanted.starved)
        return [Rejected(command.account, command.symbol, command.client_order_id, reason)]

    def _conflict(self, command: PlaceOrder, blotter: Blotter) -> Rejection | None:
        """What the order runs into: the market's state, the account's other orders, or the other side of the book."""
        if self._trading.status is not _TRADING and not (self._trading.status is _AUCTION and _is_collected(command)):
            return Rejection.MARKET_CLOSED
        if len(blotter.open_orders) >= self.symbol.open_orders_max and (may_rest(command) or command.type in STOPS):
            return Rejection.MAX_NUM_ORDERS
        namesake = blotter.latest.get(command.client_order_id)
        if namesake is not None and namesake.is_open:
            return Rejection.DUPLICATE_CLIENT_ORDER_ID
        return None if command.type is _LIMIT else self._special_conflict(command, blotter)

    def _special_conflict(self, command: PlaceOrder, blotter: Blotter) -> Rejection | None:
        if command.type is _LIMIT_MAKER and self.book.opposite(command.side).crosses(command.price):
            return Rejection.WOULD_TAKE
        if command.type in STOPS and blotter.waiting >= self.symbol.algo_orders_max:
            return Rejection.MAX_NUM_ALGO_ORDERS
        return Rejection.WOULD_TRIGGER if would_trigger(command, self.average.last_price) else None

    def _demand(self, command: PlaceOrder) -> Demand:
        if command.type in STOPS:
            return Demand(command.quantity, waiting_need(self.symbol, command, self.average.last_price))
        return demand(self.symbol, self.book.opposite(command.side), command)

    def _shortage(self, command: PlaceOrder, wanted: Demand) -> Rejection | None:
        if command.quote_quantity and is_by_quote(command) and not wanted.starved:
            reason = quote_order_violation(self.symbol, wanted.lots)
            if reason is not None:
                return reason
        asset = self.symbol.quote if command.side is _BUY else self.symbol.base
        short = self._accounts.balance(command.account, asset).free < wanted.funds
        return Rejection.INSUFFICIENT_BALANCE if short else None

    def _enter(self, command: PlaceOrder, lots: int, blotter: Blotter, starved: bool = False) -> list[Event]:
        trading = self._trading
        order = new_order(command, self._ledger.new_order_id(), lots)
        self._ledger.accept(order, blotter)
        events: list[Event] = [Accepted(order.account, order.symbol, order.order_id, order.client_order_id)]
        if order.is_working:
            trading.work(order, events, starved)
        else:
            trading.start(order, events)
        if len(events) > 1 and (trading.matcher.listed or trading.stops.count):
            trading.follow(events, command.time_ms)
        return events

    def place_list(self, command: PlaceOrderList) -> list[Event]:
        self.average.advance(command.time_ms)
        return self._list_entry.place(command)

    # Orders out, and smaller.

    def cancel(self, command: CancelOrder) -> list[Event]:
        found = self._find(command)
        if not isinstance(found, Rejection) and command.restriction is not _NO_RESTRICTION:
            found = _restriction(command, found) or found
        if isinstance(found, Rejection):
            return [Rejected(command.account, command.symbol, command.client_order_id, found)]
        events: list[Event] = []
        self._trading.cancel(found, command.new_client_order_id, command.time_ms, events)
        return events

    def cancel_all(self, command: CancelAllOrders) -> list[Event]:
        orders = self._ledger.open_orders(command.account, command.symbol)
        if self._trading.status not in _CANCELABLE:
            return [Rejected(command.account, command.symbol, "", Rejection.MARKET_CLOSED)]
        if not orders:
            return [Rejected(command.account, command.symbol, "", Rejection.UNKNOWN_ORDER)]
        events: list[Event] = []
        for order in orders:
            if order.is_open:
                self._trading.cancel(order, command.new_client_order_id, command.time_ms, events)
        return events

    def cancel_list(self, command: CancelOrderList) -> list[Event]:
        order_list = self._trading.lists.find(command.account, command.list_id, command.client_list_id)
        if self._trading.status not in _CANCELABLE:
            return [Rejected(command.account, command.symbol, command.client_list_id, Rejection.MARKET_CLOSED)]
        if order_list is None or not order_list.is_open or order_list.symbol != command.symbol:
            return [Rejected(command.account, command.symbol, command.client_list_id, Rejection.UNKNOWN_LIST)]
        orders = [self._ledger.by_ids[each] for each in order_list.order_ids if each in self._ledger.by_ids]
        first = next(order for order in orders if order.is_open)
        events: list[Event] = []
        self._trading.cancel(first, command.new_client_order_id, command.time_ms, events)
        return events

    def replace(self, command: ReplaceOrder) -> list[Event]:
        events = self.cancel(command.cancel)
        if isinstance(events[0], Rejected) and not command.allow_failure:
            return events
        return events + self.place(command.place)

    def amend(self, command: AmendOrder) -> list[Event]:
        found = self._find(command)
        if not isinstance(found, Rejection):
            return self._amending.amend(command, found)
        return [Rejected(command.account, command.symbol, command.client_order_id, found)]

    def _find(self, command: CancelOrder | AmendOrder) -> Order | Rejection:
        if self._trading.status is not _TRADING and self._trading.status not in _CANCELABLE:
            return Rejection.MARKET_CLOSED
        if command.order_id:
            order = self._ledger.by_id(command.account, command.symbol, command.order_id)
        else:
            order = self._ledger.by_client_id(command.account, command.symbol, command.client_order_id)
        if order is None or not order.is_open:
            return Rejection.UNKNOWN_ORDER
        if command.client_order_id and command.client_order_id != order.client_order_id:
            return Rejection.ORDER_ID_MISMATCH
        return order

    # The market itself.

    def set_status(self, command: SetSymbolStatus) -> list[Event]:
        """Whatever the state was; where trading begins and orders cross, they trade at one price first."""
        self.average.advance(command.time_ms)
        self._trading.status = command.status
        self.returns_to = command.returns_to
        events: list[Event] = [StatusChanged(command.symbol, command.status)]
        if command.status is _TRADING and self.book.is_crossed:
            uncross(self._trading, command.time_ms, events)
            self._trading.follow(events, command.time_ms)
        return events

    def misprice(self, command: Misprice) -> list[Event]:
        """Nothing that is told of orders comes of it."""
        self.average.advance(command.time_ms)
        self.average.misprice(command.off_ppm, command.stands_still)
        return []

    def export(self) -> MarketState:
        matcher = self._trading.matcher
        return MarketState(
            self.book.export(),
            self.average.export(),
            matcher.last_trade_id,
            self._trading.status,
            matcher.prevention.last_match_id,
            self.returns_to,
        )

    def restore(self, state: MarketState) -> None:
        """The ledger must have been restored before: the book's orders are its orders."""
        self.book.restore(state.book, self._ledger.by_ids)
        self.average.restore(state.average)
        self._trading.matcher.last_trade_id = state.last_trade_id
        self._trading.matcher.prevention.last_match_id = state.last_prevented_match_id
        self._trading.status = state.status
        self.returns_to = state.returns_to
        for order in self._ledger.all():
            if order.symbol == self.symbol.name and order.is_waiting:
                self._trading.stops.add(order)


def _restriction(command: CancelOrder, order: Order) -> Rejection | None:
    return None if order.status is _RESTRICTIONS[command.restriction] else Rejection.CANCEL_RESTRICTED


def _is_collected(command: PlaceOrder) -> bool:
    """Whether an order may wait for an auction's end: only what needs no trade, price or veil of its own."""
    return command.type is _LIMIT and command.time_in_force is _GTC and not command.iceberg
