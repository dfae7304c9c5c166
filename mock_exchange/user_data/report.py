"""One execution report: an order, what has just become of it, and what it had traded by then."""

from typing import Final, NamedTuple

import msgspec

from mock_exchange.engine.commands import PlaceOrder, Side
from mock_exchange.engine.events import Prevented, Rejection, Traded
from mock_exchange.engine.orders import Order, OrderStatus
from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.order_replies import amount
from mock_exchange.user_data.changes import Begins, Change
from mock_exchange.user_data.hindsight import Hindsight, Progress
from mock_exchange.user_data.shapes import NO_COMMISSION, NO_TRADE, ExecutionReport

_BUY: Final = Side.BUY
_NEW: Final = OrderStatus.NEW
_PENDING_NEW: Final = OrderStatus.PENDING_NEW
_FILLED: Final = OrderStatus.FILLED
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED
_UNSET: Final = msgspec.UNSET
_NOTHING: Final = amount(0)
_NO_ORDER: Final = -1

_REASONS: Final = {
    Rejection.INSUFFICIENT_BALANCE: "INSUFFICIENT_BALANCES",
    Rejection.WOULD_TRIGGER: "STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY",
    Rejection.WOULD_TAKE: "WOULD_MATCH_IMMEDIATELY",
    Rejection.LIST_PRICES: "OCO_BAD_PRICES",
}
"""The venue documents these; of any other reason it gets our name."""


class Moment(NamedTuple):
    event_ms: int
    """When the exchange tells it."""
    transaction_ms: int
    """When the command that caused it was accepted, as all replies call it."""
    execution_id: int


class _Fill(msgspec.Struct, frozen=True, gc=False):
    """What one side of a trade is told of it."""

    quantity: str = _NOTHING
    price: str = _NOTHING
    quote: str = _NOTHING
    commission: str = NO_COMMISSION
    commission_asset: str | None = None
    trade_id: int = NO_TRADE


_NO_FILL: Final = _Fill()


def order_report(symbol: Symbol, order: Order, change: Change, hindsight: Hindsight, moment: Moment) -> ExecutionReport:
    """What a change has made of an order. ``hindsight`` has passed the event of the change, and no later one."""
    progress = hindsight.at(order)
    status = change.status or _status(order, progress, is_complete=hindsight.is_complete(order))
    match = change.match
    fill = _fill(symbol, order, match, is_maker=change.is_maker) if isinstance(match, Traded) else _NO_FILL
    is_working = _is_working(order, change, status)
    report = ExecutionReport(
        event_ms=moment.event_ms,
        symbol=order.symbol,
        client_order_id=change.client_order_id or order.client_order_id,
        side=order.side,
        type=order.type,
        time_in_force=order.time_in_force,
        quantity=symbol.format_quantity(order.quantity),
        price=symbol.format_price(order.price),
        stop_price=amount(order.stop_price * symbol.tick_units),
        iceberg_quantity=amount(order.iceberg * symbol.lot_units),
        order_list_id=order.list_id,
        original_client_order_id=_original_client_order_id(order, change),
        execution_type=change.execution_type,
        status=status,
        order_id=order.order_id,
        last_quantity=fill.quantity,
        cumulative_quantity=symbol.format_quantity(progress.executed),
        last_price=fill.price,
        commission=fill.commission,
        commission_asset=fill.commission_asset,
        transaction_ms=moment.transaction_ms,
        trade_id=fill.trade_id,
        execution_id=moment.execution_id,
        is_on_book=is_working,
        is_maker=change.is_maker,
        created_ms=order.created_ms,
        cumulative_quote=format_amount(progress.quote_executed),
        last_quote=fill.quote,
        quote_quantity=amount(order.quote_quantity),
        working_ms=order.working_ms if order.working_ms and (is_working or change.begins is None) else _UNSET,
        self_trade_prevention=order.self_trade_prevention,
        trailing_delta=order.trailing_delta or _UNSET,
        trailing_ms=order.trailing_ms or _UNSET,
        strategy_id=_label(order.strategy.id) if order.strategy else _UNSET,
        strategy_type=_label(order.strategy.type) if order.strategy else _UNSET,
    )
    if isinstance(match, Prevented):
        return _with_prevention(report, symbol, match, progress)
    return report


def rejection_report(symbol: Symbol, command: PlaceOrder, reason: Rejection, moment: Moment) -> ExecutionReport:
    """Of an order that never came to be. The venue tells of those only whose cancel-replace has canceled another."""
    return ExecutionReport(
        event_ms=moment.event_ms,
        symbol=command.symbol,
        client_order_id=command.client_order_id,
        side=command.side,
        type=command.type,
        time_in_force=command.time_in_force,
        quantity=symbol.format_quantity(command.quantity),
        price=symbol.format_price(command.price),
        stop_price=amount(command.stop_price * symbol.tick_units),
        iceberg_quantity=amount(command.iceberg * symbol.lot_units),
        order_list_id=-1,
        execution_type="REJECTED",
        status=OrderStatus.REJECTED,
        reject_reason=_REASONS.get(reason, reason.name),
        order_id=_NO_ORDER,
        last_quantity=_NOTHING,
        cumulative_quantity=_NOTHING,
        last_price=_NOTHING,
        transaction_ms=moment.transaction_ms,
        execution_id=moment.execution_id,
        is_on_book=False,
        created_ms=command.time_ms,
        cumulative_quote=_NOTHING,
        last_quote=_NOTHING,
        quote_quantity=amount(command.quote_quantity),
        self_trade_prevention=command.self_trade_prevention,
        trailing_delta=command.trailing_delta or _UNSET,
        strategy_id=_label(command.strategy.id) if command.strategy else _UNSET,
        strategy_type=_label(command.strategy.type) if command.strategy else _UNSET,
    )


def _label(number: int) -> int | msgspec.UnsetType:
    return _UNSET if number < 0 else number


def _status(order: Order, progress: Progress, *, is_complete: bool) -> OrderStatus:
    """What its fills have made of an order so far. One that still is pending has been so all along."""
    if order.status is _PENDING_NEW:
        return _PENDING_NEW
    if is_complete and order.status is _FILLED:
        return _FILLED
    return _PARTIALLY_FILLED if progress.executed else _NEW


def _is_working(order: Order, change: Change, status: OrderStatus) -> bool:
    if status is not _NEW and status is not _PARTIALLY_FILLED:
        return False
    if change.begins is Begins.AS_ITS_TYPE_SAYS:
        return not (order.stop_price or order.trailing_delta)
    return change.begins is Begins.WORKING or order.is_working


def _original_client_order_id(order: Order, change: Change) -> str:
    """A cancel has an id of its own, and an amendment gives the order another; both say what it was called before."""
    return change.original_client_order_id or (order.client_order_id if change.client_order_id else "")


def _fill(symbol: Symbol, order: Order, trade: Traded, *, is_maker: bool) -> _Fill:
    return _Fill(
        quantity=symbol.format_quantity(trade.quantity),
        price=symbol.format_price(trade.price),
        quote=format_amount(trade.quote_amount),
        commission=amount(trade.maker_commission if is_maker else trade.taker_commission),
        commission_asset=symbol.base if order.side is _BUY else symbol.quote,
        trade_id=trade.trade_id,
    )


def _with_prevention(
    report: ExecutionReport, symbol: Symbol, prevented: Prevented, progress: Progress
) -> ExecutionReport:
    lots = prevented.maker_prevented if report.is_maker else prevented.taker_prevented
    return msgspec.structs.replace(
        report,
        prevented_match_id=prevented.prevented_match_id,
        prevented_quantity=symbol.format_quantity(progress.prevented),
        last_prevented_quantity=symbol.format_quantity(lots),
        trade_group_id=prevented.account,
        counter_order_id=prevented.taker_order_id if report.is_maker else prevented.maker_order_id,
        prevented_execution_quantity=symbol.format_quantity(lots),
        prevented_execution_price=symbol.format_price(prevented.price),
        prevented_execution_quote=format_amount(symbol.notional(prevented.price, lots)),
    )
