"""One symbol's orders at work: they trade, rest, wait for a price or for another order, and end. Refuses nothing.

What trades set off comes after the order that traded is through: first what follows for its lists, then the stops that
the trades reached, trade by trade. Whatever begins this way stands in one queue, first come first served, and sets off
more in turn.
"""

from collections import deque
from typing import Final

from mock_exchange.engine.accounts import Accounts
from mock_exchange.engine.average import AveragePrice
from mock_exchange.engine.book import Book
from mock_exchange.engine.commands import OrderType, PlaceOrder, SelfTradePrevention, Side, SymbolStatus, TimeInForce
from mock_exchange.engine.demand import can_fill, demand
from mock_exchange.engine.events import Activated, Canceled, Event, Expired, ExpiryReason, Traded, Triggered
from mock_exchange.engine.holds import MARKET_STOPS, Holds, waiting_need
from mock_exchange.engine.ledger import OrderLedger
from mock_exchange.engine.lists import OrderLists, follow_up, is_over, pair_ids
from mock_exchange.engine.matching import Matcher
from mock_exchange.engine.orders import Fees, Order, OrderStatus
from mock_exchange.engine.stops import STOPS, StopBook, follow_price, is_met
from mock_exchange.engine.symbols import Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_LIMIT: Final = OrderType.LIMIT
_LIMIT_MAKER: Final = OrderType.LIMIT_MAKER
_MARKET: Final = OrderType.MARKET
_GTC: Final = TimeInForce.GTC
_FOK: Final = TimeInForce.FOK
_NEW: Final = OrderStatus.NEW
_PENDING: Final = OrderStatus.PENDING_NEW
_EXPIRED: Final = OrderStatus.EXPIRED
_CANCELED: Final = OrderStatus.CANCELED
_TRADING: Final = SymbolStatus.TRADING
_NO_PREVENTION: Final = SelfTradePrevention.NONE
_FILLED: Final = OrderStatus.FILLED
_AT_ANY_PRICE: Final = MARKET_STOPS | {_MARKET}
_STOP_LIMITS: Final = STOPS - MARKET_STOPS


class Trading:
    __slots__ = (
        *("accounts", "average", "book", "holds", "ledger", "lists", "matcher", "status", "stops", "symbol"),
        "_queue",
    )

    def __init__(
        self, symbol: Symbol, accounts: Accounts, ledger: OrderLedger, *, lists: OrderLists, fees: Fees
    ) -> None:
        self.symbol = symbol
        self.accounts = accounts
        self.ledger = ledger
        self.lists = lists
        self.status = _TRADING
        self.book = Book()
        self.stops = StopBook()
        self.holds = Holds(symbol, accounts)
        self.average = AveragePrice(symbol.average_price_minutes)
        self.matcher = Matcher(symbol, self.book, self.average, accounts=accounts, ledger=ledger, fees=fees)
        self._queue: deque[Order] = deque()

    def work(self, order: Order, events: list[Event], starved: bool = False) -> None:
        """Trade an order as far as the book allows; then it is filled, rests in the book, or its rest expires."""
        if self.status is _TRADING:
            self._trade(order, events)
        if order.status is _FILLED and not starved:
            self.ledger.finish(order)
        elif order.prevented and not order.remaining and order.status is not _FILLED:
            self._drop(order, ExpiryReason.SELF_TRADE, events)
        elif (order.type is _LIMIT and order.time_in_force is _GTC) or may_rest(order):
            self.holds.keep(order, order.quantity - order.executed - order.prevented)
            self.book.rest(order)
        else:
            self._drop(order, ExpiryReason.UNFILLED, events)
        if order.list_id >= 0:
            self.matcher.listed.append(order)

    def _trade(self, order: Order, events: list[Event]) -> None:
        opposite = self.book.asks if order.side is _BUY else self.book.bids
        if order.type is not _LIMIT and order.type in _AT_ANY_PRICE:
            self.matcher.take(order, None, events)
        elif opposite.crosses(order.price) and (order.time_in_force is not _FOK or can_fill(opposite, order)):
            self.matcher.take(order, opposite.sign * order.price, events)

    def start(self, order: Order, events: list[Event]) -> None:
        """Let an order begin that its account can pay for: a stop waits for its price, any other one works."""
        rival = self._rival(order)
        if order.type in STOPS:
            self._wait(order)
            self.share_hold(order, rival)
            return
        if rival is not None:
            self.holds.release_waiting(rival)
        order.is_working, order.working_ms = True, order.updated_ms
        self.work(order, events)
        if rival is not None:
            self.share_hold(order, rival)

    def _wait(self, order: Order) -> None:
        if order.trailing_delta and not order.stop_price and self.average.last_price:
            order.hold_price = self.average.last_price
            follow_price(order, order.hold_price, order.updated_ms)
        self.stops.add(order)

    def _rival(self, order: Order) -> Order | None:
        """The other leg of the order's pair, where it has begun."""
        order_list = self.lists.of(order) if order.list_id >= 0 else None
        if order_list is None or order.order_id not in pair_ids(order_list):
            return None
        legs = (self.ledger.by_ids.get(each) for each in pair_ids(order_list) if each != order.order_id)
        return next((leg for leg in legs if leg is not None and leg.is_open and (leg.held or leg.is_working)), None)

    def share_hold(self, *legs: Order | None) -> None:
        """Let the legs of a pair hold together no more than the one that needs more; none of them need be there."""
        covered = 0
        begun = [leg for leg in legs if leg is not None and leg.is_open]
        for leg in sorted(begun, key=lambda leg: not leg.is_working):
            if leg.is_working:
                covered = self.holds.need(leg)
            else:
                self.holds.release_waiting(leg)
                need = self.holds.waiting_need(leg)
                self.holds.keep_waiting(leg, max(0, need - covered))
                covered = max(covered, need)

    def follow(self, events: list[Event], time_ms: int) -> None:
        """Do what these events set off, and what that sets off in turn; adds to the events."""
        seen = 0
        while True:
            self._follow_lists(events, time_ms)
            if self.stops.count:
                for event in events[seen:]:
                    if isinstance(event, Traded):
                        self._queue.extend(self.stops.reached(event.price, time_ms))
            seen = len(events)
            if not self._queue:
                return
            self._begin(self._queue.popleft(), events, time_ms)

    def _follow_lists(self, events: list[Event], time_ms: int) -> None:
        while self.matcher.listed:
            listed, self.matcher.listed = self.matcher.listed, []
            each_once = {order.order_id: order for order in listed}.values()
            for order in sorted(each_once, key=lambda order: order.list_id):
                self._follow_list(order, events, time_ms)

    def _follow_list(self, order: Order, events: list[Event], time_ms: int) -> None:
        order_list = self.lists.of(order)
        if order_list is None:
            return
        then = follow_up(order_list, order, self.ledger.by_ids)
        for each in then.expire:
            self.expire(each, ExpiryReason.LIST, events, time_ms)
        self._queue.extend(then.begin)
        if is_over(order_list, self.ledger.by_ids):
            events.append(self.lists.finish(order_list, time_ms))

    def _begin(self, order: Order, events: list[Event], time_ms: int) -> None:
        if not order.is_open:
            return  # its list has ended it while it stood in the queue
        order.updated_ms = time_ms
        if order.status is _PENDING:
            self._activate(order, events)
        else:
            self._trigger(order, events)

    def _trigger(self, order: Order, events: list[Event]) -> None:
        events.append(Triggered(order.account, order.symbol, order.order_id))
        self.holds.release_waiting(order)
        self.ledger.trigger(order)
        if order.list_id >= 0:
            self.matcher.listed.append(order)
            self._follow_lists(events, order.updated_ms)  # before it trades: the other leg's hold is its own
        if self._is_short(order):
            self._drop(order, ExpiryReason.FUNDS, events)
        else:
            self.work(order, events)

    def _activate(self, order: Order, events: list[Event]) -> None:
        order.status = _NEW
        events.append(Activated(order.account, order.symbol, order.order_id))
        obstacle = self.obstacle(order)
        if obstacle is not None:
            self.expire(order, obstacle, events, order.updated_ms)
        else:
            self.start(order, events)

    def obstacle(self, order: Order) -> ExpiryReason | None:
        """Why a pending order cannot begin now."""
        if order.type is _LIMIT_MAKER and self.book.opposite(order.side).crosses(order.price):
            return ExpiryReason.REFUSED
        if would_trigger(order, self.average.last_price):
            return ExpiryReason.REFUSED
        return ExpiryReason.FUNDS if self._is_short(order) else None

    def _is_short(self, order: Order) -> bool:
        """Whether the account cannot pay for the order; what the other leg of its pair holds does for both."""
        if order.type in STOPS and not order.is_working:
            need = waiting_need(self.symbol, order, self.average.last_price)
        else:
            need = demand(self.symbol, self.book.opposite(order.side), order).funds
        rival = self._rival(order)
        covered = 0
        if rival is not None:
            covered = self.holds.need(rival) if rival.is_working else rival.held
        return self.holds.paying(order.account, order.side).free + covered < need

    def expire(self, order: Order, reason: ExpiryReason, events: list[Event], time_ms: int) -> None:
        """End an order that rests or waits."""
        self._withdraw(order, _EXPIRED, time_ms)
        events.append(Expired(order.account, order.symbol, order.order_id, reason, order.prevented))

    def cancel(self, order: Order, cancel_id: str, time_ms: int, events: list[Event]) -> None:
        """An order that rests or waits, and with it the others of its list."""
        self._withdraw(order, _CANCELED, time_ms)
        events.append(Canceled(order.account, order.symbol, order.order_id, cancel_id))
        order_list = self.lists.of(order) if order.list_id >= 0 else None
        if order_list is None:
            return
        for each in (self.ledger.by_ids.get(order_id) for order_id in order_list.order_ids):
            if each is not None and each.is_open:
                self._withdraw(each, _CANCELED, time_ms)
                events.append(Canceled(each.account, each.symbol, each.order_id, cancel_id))
        self._follow_lists(events, time_ms)

    def _withdraw(self, order: Order, status: OrderStatus, time_ms: int) -> None:
        if order.is_working:
            self.holds.keep(order, order.executed + order.prevented - order.quantity)
            self._end(order, status, time_ms)
            self.book.cancel(order)
        else:
            self.holds.release_waiting(order)
            self._end(order, status, time_ms)
            self.stops.remove(order)
        if order.list_id >= 0:
            self.matcher.listed.append(order)

    def _drop(self, order: Order, reason: ExpiryReason, events: list[Event]) -> None:
        """End an order that neither rests nor waits."""
        status = OrderStatus.EXPIRED_IN_MATCH if reason is ExpiryReason.SELF_TRADE else _EXPIRED
        self._end(order, status, order.updated_ms)
        events.append(Expired(order.account, order.symbol, order.order_id, reason, order.prevented))
        if order.list_id >= 0:
            self.matcher.listed.append(order)

    def _end(self, order: Order, status: OrderStatus, time_ms: int) -> None:
        order.status = status
        order.updated_ms = time_ms
        self.ledger.finish(order)


def new_order(command: PlaceOrder, order_id: int, lots: int) -> Order:
    """Of what a command asks for; a stop does not work yet."""
    order = Order(
        order_id,
        command.account,
        command.symbol,
        command.client_order_id,
        command.side,
        command.type,
        command.time_in_force,
        command.price,
        lots,
        command.quote_quantity,
        command.time_ms,
        command.time_ms,
        command.time_ms,
    )
    if command.self_trade_prevention is not _NO_PREVENTION:
        order.self_trade_prevention = command.self_trade_prevention
    if command.strategy is not None:
        order.strategy = command.strategy
    if command.iceberg:
        order.iceberg = command.iceberg
    if command.type is not _LIMIT and command.type in STOPS:
        order.stop_price = command.stop_price
        order.trailing_delta = command.trailing_delta
        order.is_working, order.working_ms = False, 0
    return order


def may_rest(order: Order | PlaceOrder) -> bool:
    """Whether what does not trade at once stays in the book."""
    kind = order.type
    if kind is _LIMIT or kind in _STOP_LIMITS:
        return order.time_in_force is _GTC
    return kind is _LIMIT_MAKER


def would_trigger(order: Order | PlaceOrder, last_price: int) -> bool:
    """Whether a stop's price has been reached before it waits for it."""
    return bool(order.type in STOPS and order.stop_price and last_price) and is_met(order, last_price)
