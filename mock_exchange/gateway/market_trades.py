"""GET trades, historicalTrades and aggTrades: what has been traded, trade by trade, as far as it is remembered."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.events import Traded
from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import bad_combination
from mock_exchange.gateway.order_replies import ENCODER
from mock_exchange.market_data.tape import Aggregate, buyer_is_maker

KNOWN_TRADES: Final = frozenset(("symbol", "limit"))
KNOWN_HISTORICAL: Final = frozenset(("symbol", "limit", "fromId"))
KNOWN_AGGREGATES: Final = frozenset(("symbol", "limit", "fromId", "startTime", "endTime"))

_LIMIT_DEFAULT = 500
_LIMIT_MAX = 1000


class TradeReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    id: int
    price: str
    qty: str
    quote_qty: str
    time: int
    is_buyer_maker: bool
    is_best_match: bool = True


class AggregateReply(msgspec.Struct, frozen=True, gc=False):
    """Single letters, as the venue has them: id, price, quantity, first and last trade, time, maker, best match."""

    a: int
    p: str
    q: str
    f: int
    l: int  # noqa: E741 - the venue's name
    T: int
    m: bool
    M: bool = True


def prepare_trades(desk: Desk, call: Call) -> Work:
    return partial(_trades, desk, call.symbol(desk.symbols), call.limit(_LIMIT_DEFAULT, _LIMIT_MAX))


def _trades(desk: Desk, symbol: Symbol, limit: int) -> bytes:
    return _written(symbol, desk.history.symbols[symbol.name].tape.latest(limit))


def prepare_historical(desk: Desk, call: Call) -> Work:
    if "fromId" not in call.parameters:
        return prepare_trades(desk, call)
    symbol, limit = call.symbol(desk.symbols), call.limit(_LIMIT_DEFAULT, _LIMIT_MAX)
    return partial(_trades_since, desk, symbol, call.integer("fromId"), limit)


def _trades_since(desk: Desk, symbol: Symbol, trade_id: int, limit: int) -> bytes:
    return _written(symbol, desk.history.symbols[symbol.name].tape.since(trade_id, limit))


def prepare_blocks(desk: Desk, call: Call) -> Work:
    """historicalBlockTrades: trades that were agreed outside the book, of which there are none here."""
    call.symbol(desk.symbols)
    return lambda: b"[]"


def _written(symbol: Symbol, trades: Sequence[Traded]) -> bytes:
    return ENCODER.encode([_trade_reply(symbol, trade) for trade in trades])


def _trade_reply(symbol: Symbol, trade: Traded) -> TradeReply:
    return TradeReply(
        trade.trade_id,
        symbol.format_price(trade.price),
        symbol.format_quantity(trade.quantity),
        format_amount(trade.quote_amount),
        trade.time_ms,
        buyer_is_maker(trade),
    )


def prepare_aggregates(desk: Desk, call: Call) -> Work:
    symbol, limit = call.symbol(desk.symbols), call.limit(_LIMIT_DEFAULT, _LIMIT_MAX)
    start_ms, end_ms = call.time("startTime"), call.time("endTime")
    if "fromId" not in call.parameters:
        return partial(_aggregates_between, desk, symbol, start_ms, end_ms, limit)
    if start_ms is not None or end_ms is not None:
        raise bad_combination()
    return partial(_aggregates_since, desk, symbol, call.integer("fromId"), limit)


def _aggregates_between(desk: Desk, symbol: Symbol, start_ms: int | None, end_ms: int | None, limit: int) -> bytes:
    tape = desk.history.symbols[symbol.name].tape
    return _aggregates_written(symbol, tape.aggregates_between(start_ms, end_ms, limit))


def _aggregates_since(desk: Desk, symbol: Symbol, aggregate_id: int, limit: int) -> bytes:
    return _aggregates_written(symbol, desk.history.symbols[symbol.name].tape.aggregates_since(aggregate_id, limit))


def _aggregates_written(symbol: Symbol, aggregates: Sequence[Aggregate]) -> bytes:
    return ENCODER.encode([_aggregate_reply(symbol, aggregate) for aggregate in aggregates])


def _aggregate_reply(symbol: Symbol, aggregate: Aggregate) -> AggregateReply:
    return AggregateReply(
        aggregate.id,
        symbol.format_price(aggregate.price),
        symbol.format_quantity(aggregate.quantity),
        aggregate.first_id,
        aggregate.last_id,
        aggregate.time_ms,
        aggregate.buyer_is_maker,
    )
