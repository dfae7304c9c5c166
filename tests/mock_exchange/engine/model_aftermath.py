"""What follows when orders of the slow exchange have traded or ended: every list and stop is looked at each time."""

from mock_exchange.engine.commands import OrderType, PlaceOrder
from mock_exchange.engine.events import (
    Activated,
    Event,
    Expired,
    ExpiryReason,
    ListChanged,
    Traded,
    Triggered,
)
from mock_exchange.engine.orders import ListOrderStatus, ListStatusType
from tests.mock_exchange.engine.model_floor import ModelFloor
from tests.mock_exchange.engine.model_orders import STOPS, ModelList, ModelOrder, Stage, rises


class ModelAftermath(ModelFloor):
    def follow(self, events: list[Event]) -> None:
        seen = 0
        while True:
            self.settle_lists(events)
            for event in events[seen:]:
                if isinstance(event, Traded):
                    self.queue += self._called_by(event.symbol, event.price)
            seen = len(events)
            if not self.queue:
                return
            self._begin(self.queue.pop(0), events)

    # Stops.

    def _called_by(self, symbol: str, price: int) -> list[ModelOrder]:
        waiting = [order for order in self.open_orders(symbol) if order.stage is Stage.WAITING]
        plain = [order for order in waiting if not order.placed.trailing_delta and order.is_met_by(price)]
        rising = sorted((order for order in plain if rises(order.placed)), key=lambda order: order.placed.stop_price)
        falling = sorted(
            (order for order in plain if not rises(order.placed)), key=lambda order: -order.placed.stop_price
        )
        trailing = [order for order in waiting if order.placed.trailing_delta and order.turns_at(price)]
        for order in (called := rising + falling + trailing):
            order.stage = Stage.CALLED
        return called

    def _begin(self, order: ModelOrder, events: list[Event]) -> None:
        if order.stage is Stage.PENDING:
            self._activate(order, events)
        elif order.stage is Stage.CALLED:
            self._trigger(order, events)

    def _trigger(self, order: ModelOrder, events: list[Event]) -> None:
        events.append(Triggered(order.placed.account, order.placed.symbol, order.order_id))
        order.was_stop_called = True
        self.settle_lists(events)
        freed = order.need(self.symbols[order.placed.symbol])
        has = self.free(order.placed.account, self.paying(order.placed)) + freed
        if has < self.price_of(order.placed, order.quantity):
            self.end(order, ExpiryReason.FUNDS, events)
        else:
            self.work(order, events)

    def start(self, order: ModelOrder, events: list[Event], *, whole: bool = True) -> None:
        if order.placed.type not in STOPS:
            self.work(order, events, whole=whole)
            return
        order.stage = Stage.WAITING
        order.reference = self.last_price[order.placed.symbol]
        if order.placed.trailing_delta and not order.placed.stop_price:
            order.best_price = order.reference

    # Lists.

    def settle_lists(self, events: list[Event]) -> None:
        for each in self.lists:
            if each.open:
                self._settle(each, events)

    def _settle(self, each: ModelList, events: list[Event]) -> None:
        pending = [order for order in each.orders if order.stage is Stage.PENDING]
        if each.first is not None and each.first.is_filled:
            self.queue += [order for order in pending if order not in self.queue]
        elif each.first is not None and not each.first.open:
            self._expire(pending, events)
        if any(leg.has_begun or not leg.open for leg in each.pair):
            self._expire([leg for leg in each.pair if not leg.has_begun], events)
        if not any(order.open for order in each.orders):
            each.open = False
            events.append(list_event(each, ListStatusType.ALL_DONE))

    def _expire(self, orders: list[ModelOrder], events: list[Event]) -> None:
        for order in orders:
            if order.open:
                self.end(order, ExpiryReason.LIST, events)

    def _activate(self, order: ModelOrder, events: list[Event]) -> None:
        events.append(Activated(order.placed.account, order.placed.symbol, order.order_id))
        account, asset = order.placed.account, self.paying(order.placed)
        if self.would_take(order.placed) or self.would_be_called(order.placed):
            self._refuse(order, ExpiryReason.REFUSED, events)
            return
        if order.placed.type not in STOPS:
            need = self.price_of(order.placed, order.quantity)
            if self.free(account, asset) + self._shared(order) < need:
                self._refuse(order, ExpiryReason.FUNDS, events)
                return
            self.start(order, events)
            return
        self.start(order, [])
        if self.free(account, asset) < 0:
            self._refuse(order, ExpiryReason.FUNDS, events)

    def _shared(self, order: ModelOrder) -> int:
        """What the other leg of the pair holds, which this one may use."""
        pairs = [each.pair for each in self.lists if order in each.pair]
        legs = [leg for legs in pairs for leg in legs if leg is not order]
        begun = [leg for leg in legs if leg.open and leg.stage is not Stage.PENDING]
        return sum(leg.need(self.symbols[order.placed.symbol]) for leg in begun)

    def _refuse(self, order: ModelOrder, reason: ExpiryReason, events: list[Event]) -> None:
        order.stage = Stage.ENDED
        events.append(Expired(order.placed.account, order.placed.symbol, order.order_id, reason))

    def would_take(self, placed: PlaceOrder) -> bool:
        return placed.type is OrderType.LIMIT_MAKER and bool(self.counterparts(placed))

    def would_be_called(self, placed: PlaceOrder) -> bool:
        last_price = self.last_price[placed.symbol]
        if placed.type not in STOPS or not placed.stop_price or not last_price:
            return False
        return last_price >= placed.stop_price if rises(placed) else last_price <= placed.stop_price


def list_event(each: ModelList, about: ListStatusType) -> ListChanged:
    return ListChanged(
        each.command.account,
        each.command.symbol,
        each.list_id,
        each.command.client_list_id,
        each.command.kind,
        about,
        ListOrderStatus.EXECUTING if each.open else ListOrderStatus.ALL_DONE,
    )
