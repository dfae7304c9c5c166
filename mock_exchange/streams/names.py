"""Reads the names of streams: which market, what of it, how often.

Source: Binance Spot API documentation, WebSocket streams.
"""

import re
from dataclasses import dataclass
from enum import Enum

_INTERVALS = "1s|1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M"
_SYMBOL = r"(?P<symbol>[A-Za-z0-9_.-]{1,20})"
_PATTERN = re.compile(
    rf"{_SYMBOL}@(?P<kind>trade|aggTrade|bookTicker|avgPrice|miniTicker|blockTrade|referencePrice)"
    rf"|{_SYMBOL.replace('symbol', 'depth_symbol')}@depth(?P<levels>5|10|20)?(?:@(?P<speed>100ms|1000ms))?"
    rf"|{_SYMBOL.replace('symbol', 'kline_symbol')}@kline_(?P<interval>{_INTERVALS})(?P<zone>@\+08:00)?"
    rf"|{_SYMBOL.replace('symbol', 'ticker_symbol')}@ticker(?:_(?P<window>1h|4h|1d))?"
    rf"|!(?:(?P<all_mini>miniTicker)|ticker(?:_(?P<all_window>1h|4h|1d))?)@arr"
)


class Kind(Enum):
    TRADE = "trade"
    AGGREGATE_TRADE = "aggTrade"
    BOOK_TICKER = "bookTicker"
    AVERAGE_PRICE = "avgPrice"
    MINI_TICKER = "miniTicker"
    TICKER = "ticker"
    """Of 24 hours, or of the window that the name has."""
    DEPTH = "depth"
    PARTIAL_DEPTH = "partial depth"
    KLINE = "kline"
    BLOCK_TRADE = "blockTrade"
    REFERENCE_PRICE = "referencePrice"
    """These two are silent: no symbol has block trades or a reference price, as REST says too."""


@dataclass(frozen=True, slots=True)
class StreamName:
    text: str
    kind: Kind
    symbol: str = ""
    """As the engine writes it; empty: every symbol, in one array."""
    is_fast: bool = False
    levels: int = 0
    interval: str = ""
    """Of klines."""
    is_utc8: bool = False
    """Klines begin at midnight of UTC+8."""
    window: str = ""
    """Of tickers: 1h, 4h, 1d, or the plain 24 hours."""


def parse_stream_name(text: str) -> StreamName | None:
    """None where the venue has no such stream. Whether the symbol is listed is not asked."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    part = match.groupdict(default="")
    if part["kind"]:
        return StreamName(text, Kind(part["kind"]), _listed_name(part["symbol"]))
    if part["depth_symbol"]:
        kind = Kind.PARTIAL_DEPTH if part["levels"] else Kind.DEPTH
        symbol, is_fast = _listed_name(part["depth_symbol"]), part["speed"] == "100ms"
        return StreamName(text, kind, symbol, is_fast=is_fast, levels=int(part["levels"] or 0))
    if part["kline_symbol"]:
        symbol, is_utc8 = _listed_name(part["kline_symbol"]), bool(part["zone"])
        return StreamName(text, Kind.KLINE, symbol, interval=part["interval"], is_utc8=is_utc8)
    if part["all_mini"]:
        return StreamName(text, Kind.MINI_TICKER)
    symbol = _listed_name(part["ticker_symbol"])
    return StreamName(text, Kind.TICKER, symbol, window=part["window"] or part["all_window"])


def _listed_name(symbol: str) -> str:
    """Streams have symbols in lower case; in upper case nothing ever comes, as nothing does on the venue."""
    return symbol.upper() if symbol == symbol.lower() else symbol.lower()
