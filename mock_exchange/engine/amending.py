"""Amending an order: a smaller quantity at the same place in the queue (the venue's order amend keep priority).

Two orders of which only one is executed have the same quantity, so amending one amends both.
"""

from mock_exchange.engine.commands import AmendOrder
from mock_exchange.engine.events import Amended, Event, ExpiryReason, Rejected, Rejection
from mock_exchange.engine.filters import smaller_violation
from mock_exchange.engine.lists import changed, pair_ids
from mock_exchange.engine.orders import Amendment, ListStatusType, Order, OrderStatus
from mock_exchange.engine.trading import Trading


class Amending:
    __slots__ = ("_trading",)

    def __init__(self, trading: Trading) -> None:
        self._trading = trading

    def amend(self, command: AmendOrder, order: Order) -> list[Event]:
        """An open order. One that is left nothing to execute expires as it was."""
        reason = self._refusal(command, order)
        if reason is not None:
            return [Rejected(command.account, command.symbol, command.client_order_id, reason)]
        events: list[Event] = []
        if command.quantity <= order.executed + order.prevented:
            self._trading.expire(order, ExpiryReason.AMENDED, events, command.time_ms)
            self._trading.follow(events, command.time_ms)
            return events
        for each in self._alike(order):
            name = command.new_client_order_id if each is order else each.client_order_id
            events.append(self._shrink(each, command.quantity, name, command.time_ms))
        self._trading.share_hold(*(each for each in self._alike(order) if each.status is not OrderStatus.PENDING_NEW))
        order_list = self._trading.lists.of(order) if order.list_id >= 0 else None
        if order_list is not None and command.new_client_order_id != _original_name(events[0]):
            events.append(changed(order_list, ListStatusType.UPDATED))
        return events

    def _refusal(self, command: AmendOrder, order: Order) -> Rejection | None:
        symbol = self._trading.symbol
        if command.quantity > order.quantity:
            return Rejection.AMEND_INCREASE
        if command.quantity == order.quantity:
            return Rejection.AMEND_NO_CHANGE
        if len(order.amendments) >= symbol.order_amends_max:
            return Rejection.MAX_NUM_ORDER_AMENDS
        namesake = self._trading.ledger.by_client_id(command.account, command.symbol, command.new_client_order_id)
        if namesake is not None and namesake.is_open and namesake is not order:
            return Rejection.DUPLICATE_CLIENT_ORDER_ID
        return smaller_violation(symbol, order, command.quantity)

    def _alike(self, order: Order) -> list[Order]:
        """The order, and the other leg of its pair."""
        order_list = self._trading.lists.of(order) if order.list_id >= 0 else None
        if order_list is None or order.order_id not in pair_ids(order_list):
            return [order]
        legs = (self._trading.ledger.by_ids.get(order_id) for order_id in pair_ids(order_list))
        return [order, *(leg for leg in legs if leg is not None and leg is not order and leg.is_open)]

    def _shrink(self, order: Order, quantity: int, name: str, time_ms: int) -> Amended:
        lots = order.quantity - quantity
        if not order.is_working:
            self._trading.holds.release_waiting(order)
        else:
            self._trading.book.reduce(order, lots)
            self._trading.holds.keep(order, -lots)
        before, original = order.client_order_id, order.quantity
        execution_id = self._trading.ledger.new_execution_id()
        order.quantity = quantity
        order.amendments += (Amendment(execution_id, before, name, original, quantity, time_ms),)
        order.updated_ms = time_ms
        self._trading.ledger.rename(order, name)
        return Amended(order.account, order.symbol, order.order_id, name, quantity, before, original)


def _original_name(event: Event) -> str:
    return event.original_client_order_id if isinstance(event, Amended) else ""
