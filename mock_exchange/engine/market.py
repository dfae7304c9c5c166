"""One symbol's market: takes orders in, rests them, takes them out. Refuses before it changes anything."""

from typing import Final

from mock_exchange.engine.accounts import Accounts
from mock_exchange.engine.average import AveragePrice
from mock_exchange.engine.book import Book
from mock_exchange.engine.commands import (
    CancelAllOrders,
    CancelOrder,
    OrderType,
    PlaceOrder,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from mock_exchange.engine.demand import Demand, can_fill, demand
from mock_exchange.engine.events import Accepted, Canceled, Event, Expired, Rejected, Rejection
from mock_exchange.engine.filters import is_by_quote, quote_order_violation, violation
from mock_exchange.engine.ledger import Blotter, OrderLedger
from mock_exchange.engine.matching import Matcher
from mock_exchange.engine.orders import Fees, Order, OrderStatus
from mock_exchange.engine.state import MarketState
from mock_exchange.engine.symbols import Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_LIMIT_MAKER: Final = OrderType.LIMIT_MAKER
_MARKET: Final = OrderType.MARKET
_LIMIT: Final = OrderType.LIMIT
_GTC: Final = TimeInForce.GTC
_FOK: Final = TimeInForce.FOK
_EXPIRED: Final = OrderStatus.EXPIRED
_CANCELED: Final = OrderStatus.CANCELED


class Market:
    __slots__ = ("_accounts", "_ledger", "_matcher", "average", "book", "symbol")

    def __init__(self, symbol: Symbol, accounts: Accounts, ledger: OrderLedger, fees: Fees) -> None:
        self.symbol = symbol
        self.book = Book()
        self.average = AveragePrice(symbol.average_price_minutes)
        self._accounts = accounts
        self._ledger = ledger
        self._matcher = Matcher(symbol, self.book, self.average, accounts=accounts, ledger=ledger, fees=fees)

    def place(self, command: PlaceOrder) -> list[Event]:
        if _is_unsupported(command):
            return [Rejected(command.account, command.symbol, command.client_order_id, Rejection.UNSUPPORTED)]
        blotter = self._ledger.blotter(command.symbol, command.account)
        self.average.advance(command.time_ms)
        reason = violation(self.symbol, self.average, command) or self._conflict(command, blotter)
        if reason is None:
            wanted = demand(self.symbol, self.book.opposite(command.side), command)
            reason = self._shortage(command, wanted)
            if reason is None:
                return self._enter(command, wanted, blotter)
        return [Rejected(command.account, command.symbol, command.client_order_id, reason)]

    def _conflict(self, command: PlaceOrder, blotter: Blotter) -> Rejection | None:
        """What the order runs into: the account's other orders, or the other side of the book."""
        if len(blotter.open_orders) >= self.symbol.open_orders_max and _may_rest(command):
            return Rejection.MAX_NUM_ORDERS
        namesake = blotter.latest.get(command.client_order_id)
        if namesake is not None and namesake.is_open:
            return Rejection.DUPLICATE_CLIENT_ORDER_ID
        if command.type is _LIMIT_MAKER and self.book.opposite(command.side).crosses(command.price):
            return Rejection.WOULD_TAKE
        return None

    def _shortage(self, command: PlaceOrder, wanted: Demand) -> Rejection | None:
        if command.quote_quantity and is_by_quote(command) and not wanted.starved:
            reason = quote_order_violation(self.symbol, wanted.lots)
            if reason is not None:
                return reason
        asset = self.symbol.quote if command.side is _BUY else self.symbol.base
        short = self._accounts.balance(command.account, asset).free < wanted.funds
        return Rejection.INSUFFICIENT_BALANCE if short else None

    def _enter(self, command: PlaceOrder, wanted: Demand, blotter: Blotter) -> list[Event]:
        order = self._new_order(command, wanted.lots)
        self._ledger.accept(order, blotter)
        events: list[Event] = [Accepted(order.account, order.symbol, order.order_id, order.client_order_id)]
        self._trade(order, events)
        if order.executed == order.quantity and not wanted.starved and order.quantity:
            self._ledger.finish(order)
        elif _may_rest(command):
            self._rest(order)
        else:
            self._end(order, _EXPIRED, command.time_ms)
            events.append(Expired(order.account, order.symbol, order.order_id))
        return events

    def _new_order(self, command: PlaceOrder, lots: int) -> Order:
        return Order(
            self._ledger.new_order_id(),
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
            strategy=command.strategy,
        )

    def _trade(self, order: Order, events: list[Event]) -> None:
        opposite = self.book.opposite(order.side)
        if order.type is _MARKET:
            self._matcher.take(order, None, events)
        elif opposite.crosses(order.price) and (
            order.time_in_force is not _FOK or can_fill(opposite, order.price, order.quantity)
        ):
            self._matcher.take(order, opposite.sign * order.price, events)

    def _rest(self, order: Order) -> None:
        self._move_to_hold(order, 1)
        self.book.rest(order)

    def _move_to_hold(self, order: Order, direction: int) -> None:
        """Move between free and locked (1) or back (-1) what the rest of the order needs at its own price."""
        lots = direction * (order.quantity - order.executed)
        if order.side is _BUY:
            balance = self._accounts.balance(order.account, self.symbol.quote)
            amount = order.price * lots * self.symbol.notional_units
        else:
            balance = self._accounts.balance(order.account, self.symbol.base)
            amount = lots * self.symbol.lot_units
        balance.free -= amount
        balance.locked += amount

    def _end(self, order: Order, status: OrderStatus, time_ms: int) -> None:
        order.status = status
        order.updated_ms = time_ms
        self._ledger.finish(order)

    def cancel(self, command: CancelOrder) -> list[Event]:
        found = self._find(command)
        if isinstance(found, Rejection):
            return [Rejected(command.account, command.symbol, command.client_order_id, found)]
        return [self._cancel(found, command.new_client_order_id, command.time_ms)]

    def cancel_all(self, command: CancelAllOrders) -> list[Event]:
        orders = self._ledger.open_orders(command.account, command.symbol)
        if not orders:
            return [Rejected(command.account, command.symbol, "", Rejection.UNKNOWN_ORDER)]
        return [self._cancel(order, command.new_client_order_id, command.time_ms) for order in orders]

    def _find(self, command: CancelOrder) -> Order | Rejection:
        if command.order_id:
            order = self._ledger.by_id(command.account, command.symbol, command.order_id)
        else:
            order = self._ledger.by_client_id(command.account, command.symbol, command.client_order_id)
        if order is None or not order.is_open:
            return Rejection.UNKNOWN_ORDER
        if command.client_order_id and command.client_order_id != order.client_order_id:
            return Rejection.ORDER_ID_MISMATCH
        return order

    def _cancel(self, order: Order, cancel_id: str, time_ms: int) -> Canceled:
        self._move_to_hold(order, -1)
        self._end(order, _CANCELED, time_ms)
        self.book.cancel(order)
        return Canceled(order.account, order.symbol, order.order_id, cancel_id)

    def export(self) -> MarketState:
        return MarketState(self.book.export(), self.average.export(), self._matcher.last_trade_id)

    def restore(self, state: MarketState) -> None:
        """The ledger must have its orders back already."""
        self.book.restore(state.book, self._ledger.by_ids)
        self.average.restore(state.average)
        self._matcher.last_trade_id = state.last_trade_id


def _may_rest(command: PlaceOrder) -> bool:
    return command.type is _LIMIT_MAKER or (command.type is _LIMIT and command.time_in_force is _GTC)


def _is_unsupported(command: PlaceOrder) -> bool:
    return (
        command.type not in (_LIMIT, _MARKET, _LIMIT_MAKER)
        or command.stop_price != 0
        or command.trailing_delta != 0
        or command.iceberg != 0
        or command.self_trade_prevention is not SelfTradePrevention.NONE
    )
