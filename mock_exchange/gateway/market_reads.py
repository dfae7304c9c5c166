"""GET ping, time, depth, ticker/price and ticker/bookTicker: what anyone may ask about the market."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.commands import SymbolStatus
from mock_exchange.engine.orders import PriceLevel
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.market_selection import KNOWN as KNOWN_SELECTION
from mock_exchange.gateway.market_selection import STATUS, Selection, check_status, wanted_status
from mock_exchange.gateway.order_replies import ENCODER

KNOWN_NOTHING: Final[frozenset[str]] = frozenset()
KNOWN_DEPTH: Final = frozenset(("symbol", "limit", STATUS))
KNOWN_TICKER: Final = KNOWN_SELECTION

_DEPTH_DEFAULT = 100
_DEPTH_MAX = 5000
NO_LEVEL: Final = PriceLevel(0, 0)
"""The best of a side that is empty."""


class TimeReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    server_time: int


class DepthReply(msgspec.Struct, rename="camel", frozen=True):
    last_update_id: int
    bids: list[tuple[str, str]]
    asks: list[tuple[str, str]]


class PriceReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    price: str


class BookTickerReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    bid_price: str
    bid_qty: str
    ask_price: str
    ask_qty: str


def prepare_ping(desk: Desk, call: Call) -> Work:  # noqa: ARG001 - the signature of every handler
    return lambda: b"{}"


def prepare_time(desk: Desk, call: Call) -> Work:  # noqa: ARG001
    return lambda: ENCODER.encode(TimeReply(desk.server_time.now_ms()))


def prepare_depth(desk: Desk, call: Call) -> Work:
    symbol, limit = call.symbol(desk.symbols), call.limit(_DEPTH_DEFAULT, _DEPTH_MAX)
    return partial(_depth, desk, symbol, limit, wanted_status(call))


def _depth(desk: Desk, symbol: Symbol, limit: int, status: SymbolStatus | None) -> bytes:
    check_status(desk, symbol, status)
    depth = desk.books.depth(symbol.name, limit)
    return ENCODER.encode(
        DepthReply(depth.last_update_id, _levels(symbol, depth.bids), _levels(symbol, depth.asks)),
    )


def _levels(symbol: Symbol, levels: Sequence[PriceLevel]) -> list[tuple[str, str]]:
    return [(symbol.format_price(level.price), symbol.format_quantity(level.quantity)) for level in levels]


def prepare_price(desk: Desk, call: Call) -> Work:
    return partial(_prices, desk, Selection(desk, call))


def _prices(desk: Desk, selection: Selection) -> bytes:
    symbols = selection.now()
    replies = [PriceReply(symbol.name, symbol.format_price(desk.engine.last_price(symbol.name))) for symbol in symbols]
    return ENCODER.encode(replies[0] if selection.is_single else replies)


def prepare_book_ticker(desk: Desk, call: Call) -> Work:
    return partial(_book_tickers, desk, Selection(desk, call))


def _book_tickers(desk: Desk, selection: Selection) -> bytes:
    replies = [_book_ticker(desk, symbol) for symbol in selection.now()]
    return ENCODER.encode(replies[0] if selection.is_single else replies)


def _book_ticker(desk: Desk, symbol: Symbol) -> BookTickerReply:
    best = desk.books.best(symbol.name)
    bid, ask = best.bid or NO_LEVEL, best.ask or NO_LEVEL
    return BookTickerReply(
        symbol.name,
        symbol.format_price(bid.price),
        symbol.format_quantity(bid.quantity),
        symbol.format_price(ask.price),
        symbol.format_quantity(ask.quantity),
    )
