"""The market streams that can be subscribed to, and how each numbers and dates its events. To add one: a line. Pure.

Source: Binance Spot API documentation, Web Socket Streams.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from scenarios.subscriber.sequences import Joined, Rising, Sequence, Unnumbered


class _Trade(msgspec.Struct, gc=False):
    E: int
    t: int


class _AggregateTrade(msgspec.Struct, gc=False):
    E: int
    a: int


class _Depth(msgspec.Struct, gc=False):
    E: int
    U: int
    u: int


class _BookTicker(msgspec.Struct, gc=False):
    u: int


class _Dated(msgspec.Struct, gc=False):
    E: int


Read = Callable[[msgspec.Raw], tuple[int, int, int]]
"""First and last number and the event's time in microseconds (0: it has none). Raises msgspec.MsgspecError."""

_trade = msgspec.json.Decoder(_Trade).decode
_aggregate_trade = msgspec.json.Decoder(_AggregateTrade).decode
_depth = msgspec.json.Decoder(_Depth).decode
_book_ticker = msgspec.json.Decoder(_BookTicker).decode
_dated = msgspec.json.Decoder(_Dated).decode


def read_trade(data: msgspec.Raw) -> tuple[int, int, int]:
    event = _trade(data)
    return event.t, event.t, event.E


def read_aggregate_trade(data: msgspec.Raw) -> tuple[int, int, int]:
    event = _aggregate_trade(data)
    return event.a, event.a, event.E


def read_depth(data: msgspec.Raw) -> tuple[int, int, int]:
    event = _depth(data)
    return event.U, event.u, event.E


def read_book_ticker(data: msgspec.Raw) -> tuple[int, int, int]:
    event = _book_ticker(data)
    return event.u, event.u, 0


def read_dated(data: msgspec.Raw) -> tuple[int, int, int]:
    return 0, 0, _dated(data).E


@dataclass(frozen=True, slots=True)
class StreamKind:
    """How the events of a stream are read and followed; ``keeps_book``: a book is built from them."""

    read: Read
    sequence: Callable[[], Sequence]
    keeps_book: bool = False


STREAM_KINDS: Mapping[str, StreamKind] = {
    "trade": StreamKind(read_trade, Joined),
    "aggTrade": StreamKind(read_aggregate_trade, Joined),
    "depth": StreamKind(read_depth, Joined, keeps_book=True),
    "depth@100ms": StreamKind(read_depth, Joined, keeps_book=True),
    "bookTicker": StreamKind(read_book_ticker, Rising),
    "miniTicker": StreamKind(read_dated, Unnumbered),
    "ticker": StreamKind(read_dated, Unnumbered),
    "kline_1s": StreamKind(read_dated, Unnumbered),
    "kline_1m": StreamKind(read_dated, Unnumbered),
    "avgPrice": StreamKind(read_dated, Unnumbered),
}
"""Stream name without its symbol, as a scenario writes it."""
