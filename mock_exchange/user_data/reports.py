"""From what a command did in the engine to what each account is told of its orders. Reads the engine, changes nothing.

A report shows the order as it was at that event, while the engine shows it as the whole command left it. What lies
between are the fills that are yet to be reported, so they are taken off again.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from mock_exchange.engine.commands import Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Deposited, Event, Traded
from mock_exchange.engine.orders import Order, OrderStatus
from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.order_replies import NO_ORDER_LIST, NO_SELF_TRADE_PREVENTION, amount
from mock_exchange.user_data.changes import Change, changes
from mock_exchange.user_data.shapes import NO_COMMISSION, NO_TRADE, BalanceUpdate, ExecutionReport, UserEvent

_BUY: Final = Side.BUY
_FILLED: Final = OrderStatus.FILLED
_WORKING: Final = frozenset((OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED))
_NOTHING: Final = amount(0)


class Told(NamedTuple):
    account: int
    event: UserEvent


class Times(NamedTuple):
    event_ms: int
    """When the exchange tells it."""
    transaction_ms: int
    """When the command that caused it was accepted, as all replies call it."""


class _Fill(msgspec.Struct, frozen=True, gc=False):
    """What one side of a trade is told of it."""

    quantity: str = _NOTHING
    price: str = _NOTHING
    quote: str = _NOTHING
    commission: str = NO_COMMISSION
    commission_asset: str | None = None
    trade_id: int = NO_TRADE


_NO_FILL: Final = _Fill()


class _Unreported:
    """Per order, the lots and the quote amount of the command's fills that no report has shown yet."""

    __slots__ = ("_by_order",)

    def __init__(self, events: Sequence[Event]) -> None:
        self._by_order: dict[int, tuple[int, int]] = {}
        for event in events:
            if isinstance(event, Traded):
                self._add(event.taker_order_id, event.quantity, event.quote_amount)
                self._add(event.maker_order_id, event.quantity, event.quote_amount)

    def _add(self, order_id: int, lots: int, quote_amount: int) -> None:
        before = self._by_order.get(order_id, (0, 0))
        self._by_order[order_id] = before[0] + lots, before[1] + quote_amount

    def shown(self, trade: Traded) -> None:
        self._add(trade.taker_order_id, -trade.quantity, -trade.quote_amount)
        self._add(trade.maker_order_id, -trade.quantity, -trade.quote_amount)

    def executed(self, order: Order) -> tuple[int, int]:
        """Lots and quote amount that the order had traded at the event that is being reported."""
        lots, quote_amount = self._by_order.get(order.order_id, (0, 0))
        return order.executed - lots, order.quote_executed - quote_amount


class Reporter:
    """Turns the events of one command into user events, in the order in which they happened."""

    def __init__(self, engine: Engine, execution_ids: Iterator[int]) -> None:
        self._engine = engine
        self._execution_ids = execution_ids

    def reports(self, events: Sequence[Event], listened: Container[int], times: Times) -> Iterator[Told]:
        """What the ``listened`` accounts are told. LookupError where the engine does not know its own order."""
        unreported = _Unreported(events)
        for event in events:
            if isinstance(event, Traded):
                unreported.shown(event)
            for change in changes(event):
                if change.account in listened:
                    yield Told(change.account, self._report(change, unreported, times))
            if isinstance(event, Deposited) and event.account in listened:
                delta = format_amount(event.amount)
                yield Told(event.account, BalanceUpdate(times.event_ms, event.asset, delta, times.transaction_ms))

    def _report(self, change: Change, unreported: _Unreported, times: Times) -> ExecutionReport:
        symbol = self._engine.symbols[change.symbol]
        order = self._order(change)
        fill = _fill(symbol, order, change)
        executed, quote_executed = unreported.executed(order)
        status = _FILLED if change.trade and executed == order.quantity else change.status
        return ExecutionReport(
            event_ms=times.event_ms,
            symbol=order.symbol,
            client_order_id=change.cancel_id or order.client_order_id,
            side=order.side,
            type=order.type,
            time_in_force=order.time_in_force,
            quantity=symbol.format_quantity(order.quantity),
            price=symbol.format_price(order.price),
            stop_price=_NOTHING,
            iceberg_quantity=_NOTHING,
            order_list_id=NO_ORDER_LIST,
            original_client_order_id=order.client_order_id if change.cancel_id else "",
            execution_type=change.execution_type,
            status=status,
            order_id=order.order_id,
            last_quantity=fill.quantity,
            cumulative_quantity=symbol.format_quantity(executed),
            last_price=fill.price,
            commission=fill.commission,
            commission_asset=fill.commission_asset,
            transaction_ms=times.transaction_ms,
            trade_id=fill.trade_id,
            execution_id=next(self._execution_ids),
            is_on_book=status in _WORKING,
            is_maker=change.is_maker,
            created_ms=order.created_ms,
            cumulative_quote=format_amount(quote_executed),
            last_quote=fill.quote,
            quote_quantity=amount(order.quote_quantity),
            working_ms=order.created_ms,
            self_trade_prevention=NO_SELF_TRADE_PREVENTION,
        )

    def _order(self, change: Change) -> Order:
        order = self._engine.order(change.account, change.symbol, change.order_id)
        if order is None:
            raise LookupError(f"the engine tells of order {change.order_id} of {change.symbol} and does not know it")
        return order


def _fill(symbol: Symbol, order: Order, change: Change) -> _Fill:
    trade = change.trade
    if trade is None:
        return _NO_FILL
    return _Fill(
        quantity=symbol.format_quantity(trade.quantity),
        price=symbol.format_price(trade.price),
        quote=format_amount(trade.quote_amount),
        commission=amount(trade.maker_commission if change.is_maker else trade.taker_commission),
        commission_asset=symbol.base if order.side is _BUY else symbol.quote,
        trade_id=trade.trade_id,
    )
