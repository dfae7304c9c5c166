"""From what a command did in the engine to what each account is told of it. Reads the engine, changes nothing."""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

import msgspec

from mock_exchange.engine.commands import Command, ListKind, ReplaceOrder
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Canceled, Deposited, Event, ListChanged, Rejected
from mock_exchange.engine.orders import Order, OrderStatus
from mock_exchange.engine.symbols import format_amount
from mock_exchange.gateway.expiry import expiry_reason, listed_expiry_reason
from mock_exchange.user_data.changes import Change, changes
from mock_exchange.user_data.hindsight import Hindsight
from mock_exchange.user_data.report import Moment, order_report, rejection_report
from mock_exchange.user_data.shapes import BalanceUpdate, ExecutionReport, ListedOrder, ListStatus, UserEvent


class Told(NamedTuple):
    account: int
    event: UserEvent


class Reporter:
    """Turns the events of one command into user events, in the order in which they happened."""

    def __init__(self, engine: Engine, execution_ids: Iterator[int]) -> None:
        self._engine = engine
        self._execution_ids = execution_ids

    def reports(
        self, command: Command, events: Sequence[Event], listened: Container[int], event_ms: int
    ) -> Iterator[Told]:
        """What the ``listened`` accounts are told. LookupError where the engine does not know its own order."""
        hindsight = Hindsight(events)
        for event, news in changes(events):
            hindsight.passed(event)
            for change in news:
                if change.account in listened:
                    moment = self._moment(command, event_ms)
                    yield Told(change.account, self._report(change, hindsight, moment))
            if isinstance(event, (Deposited, ListChanged)) and event.account in listened:
                yield Told(event.account, self._news(event, command.time_ms, event_ms))
        if isinstance(command, ReplaceOrder) and command.account in listened:
            yield from self._refused_replacement(command, events, event_ms)

    def _refused_replacement(self, command: ReplaceOrder, events: Sequence[Event], event_ms: int) -> Iterator[Told]:
        """The new order that was refused although its predecessor is canceled."""
        if any(isinstance(event, Canceled) for event in events):
            symbol = self._engine.symbols[command.symbol]
            for event in events:
                if isinstance(event, Rejected):
                    moment = self._moment(command, event_ms)
                    yield Told(command.account, rejection_report(symbol, command.place, event.reason, moment))

    def _moment(self, command: Command, event_ms: int) -> Moment:
        return Moment(event_ms, command.time_ms, next(self._execution_ids))

    def _report(self, change: Change, hindsight: Hindsight, moment: Moment) -> ExecutionReport:
        order = self._order(change.account, change.symbol, change.order_id)
        report = order_report(self._engine.symbols[change.symbol], order, change, hindsight, moment)
        if report.status != OrderStatus.EXPIRED:
            return report
        return msgspec.structs.replace(report, expiry_reason=self._expiry_reason(order))

    def _expiry_reason(self, order: Order) -> str:
        order_list = self._engine.order_list(order.account, order.list_id) if order.list_id >= 0 else None
        if order_list is None:
            return expiry_reason(order)
        first = self._engine.order(order.account, order.symbol, order_list.order_ids[0])
        return listed_expiry_reason(order, order_list, first)

    def _news(self, event: Deposited | ListChanged, time_ms: int, event_ms: int) -> BalanceUpdate | ListStatus:
        if isinstance(event, Deposited):
            return BalanceUpdate(event_ms, event.asset, format_amount(event.amount), time_ms)
        return ListStatus(
            event_ms=event_ms,
            symbol=event.symbol,
            order_list_id=event.list_id,
            contingency_type=ListKind.OCO if event.kind is ListKind.OCO else ListKind.OTO,
            status_type=event.status_type,
            order_status=event.order_status,
            client_list_id=event.client_list_id,
            transaction_ms=time_ms,
            orders=[self._listed(event, order_id) for order_id in self._members(event)],
        )

    def _members(self, event: ListChanged) -> tuple[int, ...]:
        order_list = self._engine.order_list(event.account, event.list_id)
        if order_list is None:
            raise LookupError(f"the engine tells of order list {event.list_id} and does not know it")
        return order_list.order_ids

    def _listed(self, event: ListChanged, order_id: int) -> ListedOrder:
        order = self._order(event.account, event.symbol, order_id)
        return ListedOrder(order.symbol, order.order_id, order.client_order_id)

    def _order(self, account: int, symbol: str, order_id: int) -> Order:
        order = self._engine.order(account, symbol, order_id)
        if order is None:
            raise LookupError(f"the engine tells of order {order_id} of {symbol} and does not know it")
        return order
