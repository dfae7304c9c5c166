"""The slow exchange's commands: what it refuses, and what it does."""

from mock_exchange.engine.commands import (
    AmendOrder,
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    CancelRestriction,
    Command,
    Deposit,
    ListKind,
    Misprice,
    OrderType,
    PlaceOrder,
    PlaceOrderList,
    ReplaceOrder,
    SetSymbolStatus,
    SymbolStatus,
    TimeInForce,
)
from mock_exchange.engine.events import (
    Accepted,
    Amended,
    Canceled,
    Deposited,
    Event,
    ExpiryReason,
    Rejected,
    Rejection,
    StatusChanged,
)
from mock_exchange.engine.orders import ListStatusType, OrderStatus
from tests.mock_exchange.engine.model_aftermath import ModelAftermath, list_event
from tests.mock_exchange.engine.model_auction import uncross
from tests.mock_exchange.engine.model_floor import TRADING
from tests.mock_exchange.engine.model_orders import STOPS, ModelList, ModelOrder, Stage, rests

CLOSED = (SymbolStatus.HALT, SymbolStatus.BREAK)


class Model(ModelAftermath):
    def apply(self, command: Command) -> list[Event]:
        self.time_ms = command.time_ms
        if isinstance(command, Deposit):
            self.give(command.account, command.asset, command.amount)
            return [Deposited(command.account, command.asset, command.amount)]
        if isinstance(command, SetSymbolStatus):
            return self._set_status(command)
        if isinstance(command, ReplaceOrder):
            canceled = self.apply(command.cancel)
            stops = isinstance(canceled[0], Rejected) and not command.allow_failure
            return canceled if stops else canceled + self.apply(command.place)
        events: list[Event] = []
        reason = self._do(command, events)
        return events if reason is None else [self._rejected(command, reason)]

    def _rejected(self, command: Command, reason: Rejection) -> Rejected:
        name = getattr(command, "client_order_id", getattr(command, "client_list_id", ""))
        assert not isinstance(command, Deposit | SetSymbolStatus | ReplaceOrder | Misprice)
        return Rejected(command.account, command.symbol, name, reason)

    def _do(self, command: Command, events: list[Event]) -> Rejection | None:  # noqa: PLR0911 - one for each command
        if isinstance(command, PlaceOrder):
            return self._place(command, events)
        if isinstance(command, PlaceOrderList):
            return self._place_list(command, events)
        assert isinstance(command, CancelOrder | CancelAllOrders | CancelOrderList | AmendOrder)
        if self.status[command.symbol] in CLOSED:
            return Rejection.MARKET_CLOSED
        if isinstance(command, CancelOrderList):
            return self._cancel_list(command, events)
        if isinstance(command, CancelAllOrders):
            mine = self.open_orders(command.symbol, command.account)
            for order in mine:
                self._cancel(order, command.new_client_order_id, events)
            return None if mine else Rejection.UNKNOWN_ORDER
        found = self._find(command)
        if isinstance(found, Rejection):
            return found
        return (
            self._amend(command, found, events)
            if isinstance(command, AmendOrder)
            else self._out(command, found, events)
        )

    # Orders in.

    def _place(self, command: PlaceOrder, events: list[Event]) -> Rejection | None:
        reason = self._refusal(command)
        if reason is not None:
            return reason
        quantity, whole = self.size_of(command)
        order = ModelOrder(len(self.orders) + 1, command, quantity, command.client_order_id)
        self.orders.append(order)
        events.append(Accepted(command.account, command.symbol, order.order_id, command.client_order_id))
        self.start(order, events, whole=whole)
        self.follow(events)
        return None

    def _refusal(self, command: PlaceOrder) -> Rejection | None:  # noqa: PLR0911 - one for each reason
        status = self.status[command.symbol]
        collected = command.type is OrderType.LIMIT and command.time_in_force is TimeInForce.GTC and not command.iceberg
        if status is not TRADING and not (status is SymbolStatus.AUCTION and collected):
            return Rejection.MARKET_CLOSED
        mine = self.open_orders(command.symbol, command.account)
        stays = rests(command) or command.type in STOPS
        if stays and len(mine) >= self.symbols[command.symbol].open_orders_max:
            return Rejection.MAX_NUM_ORDERS
        if command.client_order_id in [order.name for order in mine]:
            return Rejection.DUPLICATE_CLIENT_ORDER_ID
        if self.would_take(command):
            return Rejection.WOULD_TAKE
        if command.type in STOPS and self._too_many_stops([command]):
            return Rejection.MAX_NUM_ALGO_ORDERS
        if self.would_be_called(command):
            return Rejection.WOULD_TRIGGER
        quantity, whole = self.size_of(command)
        if not quantity and whole:
            return Rejection.LOT_SIZE
        short = self.free(command.account, self.paying(command)) < self._need(command, quantity)
        return Rejection.INSUFFICIENT_BALANCE if short else None

    def _need(self, command: PlaceOrder, quantity: int) -> int:
        if command.type not in STOPS:
            return self.price_of(command, quantity)
        reference = self.last_price[command.symbol]
        return ModelOrder(0, command, quantity, "", reference=reference).need(self.symbols[command.symbol])

    def _too_many_stops(self, more: list[PlaceOrder]) -> bool:
        mine = self.open_orders(more[0].symbol, more[0].account)
        now = [order for order in mine if order.placed.type in STOPS and order.stage is not Stage.WORKING]
        added = [placed for placed in more if placed.type in STOPS]
        return bool(added) and len(now) + len(added) > self.symbols[more[0].symbol].algo_orders_max

    # Lists.

    def _place_list(self, command: PlaceOrderList, events: list[Event]) -> Rejection | None:
        at_once = 2 if command.kind is ListKind.OCO else 1
        reason = self._list_refusal(command, at_once)
        if reason is not None:
            return reason
        added = ModelList(len(self.lists), command)
        self.lists.append(added)
        events.append(list_event(added, ListStatusType.EXEC_STARTED))
        for number, placed in enumerate(command.orders):
            order = ModelOrder(len(self.orders) + 1, placed, placed.quantity, placed.client_order_id, Stage.PENDING)
            self.orders.append(order)
            added.orders.append(order)
            status = OrderStatus.NEW if number < at_once else OrderStatus.PENDING_NEW
            names = placed.account, placed.symbol, order.order_id, placed.client_order_id
            events.append(Accepted(*names, added.list_id, status))
        for order in added.orders[:at_once]:
            self.start(order, events)
        self.follow(events)
        return None

    def _list_refusal(self, command: PlaceOrderList, at_once: int) -> Rejection | None:  # noqa: PLR0911 - as above
        if self.status[command.symbol] is not TRADING:
            return Rejection.MARKET_CLOSED
        mine = self.open_orders(command.symbol, command.account)
        if len(mine) + len(command.orders) > self.symbols[command.symbol].open_orders_max:
            return Rejection.MAX_NUM_ORDERS
        if self._too_many_stops(list(command.orders)):
            return Rejection.MAX_NUM_ALGO_ORDERS
        if command.client_list_id in [
            each.command.client_list_id for each in self.lists if each.open and each.command.account == command.account
        ]:
            return Rejection.DUPLICATE_CLIENT_LIST_ID
        names = [order.name for order in mine] + [placed.client_order_id for placed in command.orders]
        if any(names.count(placed.client_order_id) > 1 for placed in command.orders):
            return Rejection.DUPLICATE_CLIENT_ORDER_ID
        if command.kind is not ListKind.OTO and not self._is_ordered(command):
            return Rejection.LIST_PRICES
        for placed in command.orders[:at_once]:
            if self.would_take(placed):
                return Rejection.WOULD_TAKE
            if self.would_be_called(placed):
                return Rejection.WOULD_TRIGGER
        need = max(self._need(placed, placed.quantity) for placed in command.orders[:at_once])
        short = self.free(command.account, self.paying(command.orders[0])) < need
        return Rejection.INSUFFICIENT_BALANCE if short else None

    def _is_ordered(self, command: PlaceOrderList) -> bool:
        above, below = (
            leg.price if leg.type is OrderType.LIMIT_MAKER else leg.stop_price for leg in command.orders[-2:]
        )
        last = self.last_price[command.symbol] if command.kind is ListKind.OCO else 0
        prices = [price for price in (above, last, below) if price]
        return prices == sorted(set(prices), reverse=True)

    # Orders out, and smaller.

    def _find(self, command: CancelOrder | AmendOrder) -> ModelOrder | Rejection:
        mine = self.open_orders(command.symbol, command.account)
        if command.order_id:
            found = [order for order in mine if order.order_id == command.order_id]
        else:
            found = [order for order in mine if order.name == command.client_order_id]
        if not found:
            return Rejection.UNKNOWN_ORDER
        return found[0] if command.client_order_id in ("", found[0].name) else Rejection.ORDER_ID_MISMATCH

    def _out(self, command: CancelOrder, order: ModelOrder, events: list[Event]) -> Rejection | None:
        is_new = order.executed == 0 and order.stage is not Stage.PENDING
        if command.restriction is CancelRestriction.ONLY_NEW and not is_new:
            return Rejection.CANCEL_RESTRICTED
        if command.restriction is CancelRestriction.ONLY_PARTIALLY_FILLED and order.executed == 0:
            return Rejection.CANCEL_RESTRICTED
        self._cancel(order, command.new_client_order_id, events)
        return None

    def _cancel_list(self, command: CancelOrderList, events: list[Event]) -> Rejection | None:
        for each in self.lists:
            named = command.client_list_id in ("", each.command.client_list_id)
            if command.list_id < 0:
                named = command.client_list_id == each.command.client_list_id
            listed = (each.command.account, each.command.symbol) == (command.account, command.symbol)
            if each.open and listed and named and command.list_id in (-1, each.list_id):
                self._cancel(next(order for order in each.orders if order.open), command.new_client_order_id, events)
                return None
        return Rejection.UNKNOWN_LIST

    def _cancel(self, order: ModelOrder, cancel_id: str, events: list[Event]) -> None:
        family = [other for each in self.lists if order in each.orders for other in each.orders]
        for each in [order, *family]:
            if each.open:
                each.stage = Stage.ENDED
                events.append(Canceled(each.placed.account, each.placed.symbol, each.order_id, cancel_id))
        self.settle_lists(events)

    def _amend(self, command: AmendOrder, order: ModelOrder, events: list[Event]) -> Rejection | None:
        if command.quantity >= order.quantity:
            same = command.quantity == order.quantity
            return Rejection.AMEND_NO_CHANGE if same else Rejection.AMEND_INCREASE
        if order.amends >= self.symbols[command.symbol].order_amends_max:
            return Rejection.MAX_NUM_ORDER_AMENDS
        others = [each.name for each in self.open_orders(command.symbol, command.account) if each is not order]
        if command.new_client_order_id in others:
            return Rejection.DUPLICATE_CLIENT_ORDER_ID
        if command.quantity <= order.executed + order.prevented:
            self.end(order, ExpiryReason.AMENDED, events)
            self.follow(events)
            return None
        pair = [leg for each in self.lists for leg in each.pair if order in each.pair and leg.open]
        old_name = order.name
        for each in [order, *(leg for leg in pair if leg is not order)]:
            name = command.new_client_order_id if each is order else each.name
            before = each.name, each.quantity
            each.name, each.quantity, each.amends = name, command.quantity, each.amends + 1
            each.shown = min(each.shown, each.rest)
            events.append(Amended(command.account, command.symbol, each.order_id, name, command.quantity, *before))
        if old_name != order.name:
            changed = [each for each in self.lists if order in each.orders]
            events += [list_event(each, ListStatusType.UPDATED) for each in changed]
        return None

    # The market itself.

    def _set_status(self, command: SetSymbolStatus) -> list[Event]:
        self.status[command.symbol] = command.status
        events: list[Event] = [StatusChanged(command.symbol, command.status)]
        if command.status is TRADING:
            uncross(self, command.symbol, events)
            self.follow(events)
        return events
