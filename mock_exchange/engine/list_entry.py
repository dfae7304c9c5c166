"""How an order list comes in: all of its orders, or none."""

from collections.abc import Sequence
from typing import Final

from mock_exchange.engine.commands import ListKind, OrderType, PlaceOrder, PlaceOrderList, SymbolStatus
from mock_exchange.engine.demand import demand
from mock_exchange.engine.events import Accepted, Event, Rejected, Rejection
from mock_exchange.engine.filters import is_by_quote, violation
from mock_exchange.engine.holds import waiting_need
from mock_exchange.engine.lists import changed
from mock_exchange.engine.orders import ListStatusType, Order, OrderStatus
from mock_exchange.engine.stops import STOPS
from mock_exchange.engine.trading import Trading, new_order, would_trigger

_SIZES: Final = {ListKind.OCO: 2, ListKind.OTO: 2, ListKind.OTOCO: 3}
_LIMIT_MAKER: Final = OrderType.LIMIT_MAKER
_WORKING: Final = frozenset((OrderType.LIMIT, OrderType.LIMIT_MAKER))


class ListEntry:
    __slots__ = ("_trading",)

    def __init__(self, trading: Trading) -> None:
        self._trading = trading

    def place(self, command: PlaceOrderList) -> list[Event]:
        reason = self._refusal(command)
        if reason is not None:
            return [Rejected(command.account, command.symbol, command.client_list_id, reason)]
        order_list = self._trading.lists.add(command)
        events: list[Event] = [changed(order_list, ListStatusType.EXEC_STARTED)]
        orders = [self._accept(placed, order_list.list_id) for placed in command.orders]
        order_list.order_ids = tuple(order.order_id for order in orders)
        pending = orders[_begin_at_once(command) :]
        for order in pending:
            order.status = OrderStatus.PENDING_NEW
        events += [_accepted(order) for order in orders]
        for order in orders[: _begin_at_once(command)]:
            self._trading.start(order, events)
        self._trading.follow(events, command.time_ms)
        return events

    def _accept(self, placed: PlaceOrder, list_id: int) -> Order:
        order = new_order(placed, self._trading.ledger.new_order_id(), placed.quantity)
        order.list_id = list_id
        order.is_working, order.working_ms = False, 0
        self._trading.ledger.accept(order, self._trading.ledger.blotter(placed.symbol, placed.account))
        return order

    def _refusal(self, command: PlaceOrderList) -> Rejection | None:
        if self._trading.status is not SymbolStatus.TRADING:
            return Rejection.MARKET_CLOSED
        if not _is_well_formed(command):
            return Rejection.UNSUPPORTED
        for placed in command.orders:
            reason = violation(self._trading.symbol, self._trading.average, placed)
            if reason is not None:
                return reason
        return self._conflict(command) or self._obstacle(command) or self._shortage(command)

    def _conflict(self, command: PlaceOrderList) -> Rejection | None:
        """What the list runs into among the account's other orders."""
        symbol, lists = self._trading.symbol, self._trading.lists.open_of(command.account)
        blotter = self._trading.ledger.blotter(command.symbol, command.account)
        if len(blotter.open_orders) + len(command.orders) > symbol.open_orders_max:
            return Rejection.MAX_NUM_ORDERS
        stops = sum(placed.type in STOPS for placed in command.orders)
        if stops and blotter.waiting + stops > symbol.algo_orders_max:
            return Rejection.MAX_NUM_ALGO_ORDERS
        if sum(each.symbol == command.symbol for each in lists) >= symbol.order_lists_max:
            return Rejection.MAX_NUM_ORDER_LISTS
        if any(each.client_list_id == command.client_list_id for each in lists):
            return Rejection.DUPLICATE_CLIENT_LIST_ID
        names = [placed.client_order_id for placed in command.orders]
        taken = any(name in blotter.latest and blotter.latest[name].is_open for name in names)
        return Rejection.DUPLICATE_CLIENT_ORDER_ID if taken or len(set(names)) < len(names) else None

    def _obstacle(self, command: PlaceOrderList) -> Rejection | None:
        """What keeps the prices of the list from the market, or from each other."""
        last_price = self._trading.average.last_price
        if command.kind is not ListKind.OTO and not _is_ordered(command, last_price):
            return Rejection.LIST_PRICES
        for placed in command.orders[: _begin_at_once(command)]:
            if placed.type is _LIMIT_MAKER and self._trading.book.opposite(placed.side).crosses(placed.price):
                return Rejection.WOULD_TAKE
            if would_trigger(placed, last_price):
                return Rejection.WOULD_TRIGGER
        return None

    def _shortage(self, command: PlaceOrderList) -> Rejection | None:
        """Only for what begins at once; two legs of which one is executed need one hold."""
        begins = command.orders[: _begin_at_once(command)]
        need = max(self._need(placed) for placed in begins)
        free = self._trading.holds.paying(command.account, begins[0].side).free
        return Rejection.INSUFFICIENT_BALANCE if free < need else None

    def _need(self, placed: PlaceOrder) -> int:
        if placed.type in STOPS:
            return waiting_need(self._trading.symbol, placed, self._trading.average.last_price)
        return demand(self._trading.symbol, self._trading.book.opposite(placed.side), placed).funds


def _accepted(order: Order) -> Accepted:
    return Accepted(order.account, order.symbol, order.order_id, order.client_order_id, order.list_id, order.status)


def _begin_at_once(command: PlaceOrderList) -> int:
    """How many of the list's orders do not wait for another one."""
    return 2 if command.kind is ListKind.OCO else 1


def _is_well_formed(command: PlaceOrderList) -> bool:
    if len(command.orders) != _SIZES[command.kind]:
        return False
    if any((placed.account, placed.symbol) != (command.account, command.symbol) for placed in command.orders):
        return False
    if command.kind is ListKind.OTO:
        return command.orders[0].type in _WORKING and not is_by_quote(command.orders[1])
    return _is_pair(command.orders[-2:]) and (command.kind is ListKind.OCO or command.orders[0].type in _WORKING)


def _is_pair(legs: Sequence[PlaceOrder]) -> bool:
    """Whether two orders may cancel each other: alike in side and quantity, stops but for one limit maker."""
    above, below = legs
    stops = [leg.type in STOPS for leg in legs]
    limits = [leg.type is _LIMIT_MAKER for leg in legs]
    alike = above.side is below.side and above.quantity == below.quantity
    return alike and any(stops) and all(stop or limit for stop, limit in zip(stops, limits, strict=True))


def _is_ordered(command: PlaceOrderList, last_price: int) -> bool:
    """Whether the pair's prices are above and below each other and, where it begins at once, the last price.

    A limit maker's price counts, and a stop's stop price; a trailing order without one fits anywhere.
    """
    above, below = (leg.price if leg.type is _LIMIT_MAKER else leg.stop_price for leg in command.orders[-2:])
    if above and below and above <= below:
        return False
    if command.kind is not ListKind.OCO or not last_price:
        return True
    return (not above or above > last_price) and (not below or below < last_price)
