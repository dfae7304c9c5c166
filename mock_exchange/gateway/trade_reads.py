"""GET myTrades: what an account traded, and what it paid."""

from collections.abc import Mapping, Reversible
from functools import partial
from operator import attrgetter
from typing import Final

import msgspec

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Traded
from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway import span
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import bad_combination
from mock_exchange.gateway.order_replies import ENCODER, NO_ORDER_LIST, amount

KNOWN: Final = span.KNOWN | {"symbol", "orderId", "fromId"}

_TIMES: Final = frozenset(("startTime", "endTime"))
_TRADE_ID: Final = attrgetter("trade_id")
_TIME_MS: Final = attrgetter("time_ms")


class TradeReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    id: int
    order_id: int
    order_list_id: int
    price: str
    qty: str
    quote_qty: str
    commission: str
    commission_asset: str
    time: int
    is_buyer: bool
    is_maker: bool
    is_best_match: bool


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    _check_combination(call.parameters)
    return partial(_trades, desk, call.account, symbol, call.integer("orderId"), span.span(call, "fromId"))


def _check_combination(parameters: Mapping[str, str]) -> None:
    """Times go with neither an order nor a first trade; the venue lists what may be sent together."""
    if not _TIMES.isdisjoint(parameters) and ("orderId" in parameters or "fromId" in parameters):
        raise bad_combination()


def _trades(desk: Desk, account: int, symbol: Symbol, order_id: int, wanted: span.Span) -> bytes:
    order = desk.engine.order(account, symbol.name, order_id)
    if order is not None:  # once all of its trades are found, the rest of the history need not be looked through
        wanted = msgspec.structs.replace(wanted, limit=min(wanted.limit, order.trades))
    chosen = wanted_rows(desk.engine.trade_history(account, symbol.name), account, order_id, wanted)
    return ENCODER.encode([_trade_reply(desk, account, symbol, trade, is_maker=is_maker) for trade, is_maker in chosen])


def wanted_rows(
    history: Reversible[Traded], account: int, order_id: int, wanted: span.Span
) -> list[tuple[Traded, bool]]:
    """Trades, each with whether the account made it; ``order_id`` 0: of any order.

    A trade with oneself is two rows, one for each of its orders, the taker's first.
    """
    trades = wanted.walk(history, _TRADE_ID, _TIME_MS)
    if order_id:
        trades = (each for each in trades if order_id in (each.taker_order_id, each.maker_order_id))
    return wanted.first_of(
        (trade, is_maker)
        for trade in trades
        for is_maker in (_sides(trade, account) if wanted.is_forward else _sides(trade, account)[::-1])
        if not order_id or order_id == (trade.maker_order_id if is_maker else trade.taker_order_id)
    )


def _sides(trade: Traded, account: int) -> tuple[bool, ...]:
    """The rows that a trade is to an account, as ``is_maker`` of each: one, or both where it traded with itself."""
    if trade.taker_account == trade.maker_account:
        return False, True
    return (trade.maker_account == account,)


def _trade_reply(desk: Desk, account: int, symbol: Symbol, trade: Traded, *, is_maker: bool) -> TradeReply:
    is_buyer = (trade.taker_side is Side.BUY) is not is_maker
    order_id = trade.maker_order_id if is_maker else trade.taker_order_id
    return TradeReply(
        symbol=trade.symbol,
        id=trade.trade_id,
        order_id=order_id,
        order_list_id=_list_id(desk, account, symbol, order_id),
        price=symbol.format_price(trade.price),
        qty=symbol.format_quantity(trade.quantity),
        quote_qty=format_amount(trade.quote_amount),
        commission=amount(trade.maker_commission if is_maker else trade.taker_commission),
        commission_asset=symbol.base if is_buyer else symbol.quote,
        time=trade.time_ms,
        is_buyer=is_buyer,
        is_maker=is_maker,
        is_best_match=True,
    )


def _list_id(desk: Desk, account: int, symbol: Symbol, order_id: int) -> int:
    order = desk.engine.order(account, symbol.name, order_id)
    return order.list_id if order is not None else NO_ORDER_LIST
