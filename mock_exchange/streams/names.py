"""Reads the names of streams: which market, what of it, how often.

Source: Binance Spot API documentation, WebSocket streams.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

_SYMBOL = re.compile(r"[A-Za-z0-9_.-]{1,20}")
_PLAIN = "trade|aggTrade|bookTicker|avgPrice|miniTicker|blockTrade|referencePrice"
_INTERVALS = "1s|1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M"
_WINDOWS = "1h|4h|1d"
_WHAT = re.compile(
    rf"(?P<plain>{_PLAIN})"
    r"|(?P<depth>depth)(?P<levels>5|10|20)?(?:@(?P<speed>100ms|1000ms))?"
    rf"|kline_(?P<interval>{_INTERVALS})(?P<zone>@\+08:00)?"
    rf"|ticker(?:_(?P<window>{_WINDOWS}))?"
)
_OF_ALL = re.compile(rf"!(?:(?P<mini>miniTicker)|ticker(?:_(?P<window>{_WINDOWS}))?)@arr(?(mini)(?:@1000ms)?)")
"""With its pace miniTicker is not documented, but python-binance and others subscribe to it so."""


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
    if match := _OF_ALL.fullmatch(text):
        return StreamName(text, Kind.MINI_TICKER if match["mini"] else Kind.TICKER, window=match["window"] or "")
    symbol, _, what = text.partition("@")
    match = _WHAT.fullmatch(what)
    if match is None or not _SYMBOL.fullmatch(symbol):
        return None
    return _of_one(text, _listed_name(symbol), match.groupdict(default=""))


def _of_one(text: str, symbol: str, part: Mapping[str, str]) -> StreamName:
    if part["plain"]:
        return StreamName(text, Kind(part["plain"]), symbol)
    if part["depth"]:
        kind, is_fast = Kind.PARTIAL_DEPTH if part["levels"] else Kind.DEPTH, part["speed"] == "100ms"
        return StreamName(text, kind, symbol, is_fast=is_fast, levels=int(part["levels"] or 0))
    if part["interval"]:
        return StreamName(text, Kind.KLINE, symbol, interval=part["interval"], is_utc8=bool(part["zone"]))
    return StreamName(text, Kind.TICKER, symbol, window=part["window"])


def _listed_name(symbol: str) -> str:
    """Streams have symbols in lower case; in upper case nothing ever comes, as nothing does on the venue."""
    return symbol.upper() if symbol == symbol.lower() else symbol.lower()
