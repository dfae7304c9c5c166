"""What candles, aggregates and statistics are, worked out from the whole list of trades each time."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Traded
from mock_exchange.market_data.bars import Bar

MINUTE_MS = 60_000
_UNIT_MS = {"s": 1000, "m": MINUTE_MS, "h": 60 * MINUTE_MS, "d": 24 * 60 * MINUTE_MS}


def bar_of(trades: Sequence[Traded], start_ms: int, close_before: int) -> Bar:
    """One bar of these trades, or a flat one."""
    if not trades:
        return Bar(start_ms, close_before, close_before, close_before, close_before)
    prices = [trade.price for trade in trades]
    bought = [trade for trade in trades if trade.taker_side is Side.BUY]
    return Bar(
        start_ms,
        prices[0],
        max(prices),
        min(prices),
        prices[-1],
        sum(trade.quantity for trade in trades),
        sum(trade.quote_amount for trade in trades),
        sum(trade.quantity for trade in bought),
        sum(trade.quote_amount for trade in bought),
        trades[0].trade_id,
        trades[-1].trade_id,
    )


def span(trades: Sequence[Traded], start_ms: int, end_ms: int) -> Bar:
    """All that was traded from the one time until before the other."""
    inside = [trade for trade in trades if start_ms <= trade.time_ms < end_ms]
    before = [trade.price for trade in trades if trade.time_ms < start_ms]
    return bar_of(inside, start_ms, before[-1] if before else 0)


def candles(trades: Sequence[Traded], interval: str, now_ms: int, offset_ms: int = 0) -> list[Bar]:
    """Every candle from the first trade's to the one that now is in, found by walking over the calendar."""
    if not trades:
        return []
    start_of = _start_of(interval)
    start = start_of(_local(trades[0].time_ms, offset_ms))
    rows = []
    while (start_ms := _epoch_ms(start, offset_ms)) <= now_ms:
        following = start_of(start + timedelta(days=31)) if interval == "1M" else start + _length(interval)
        rows.append(span(trades, start_ms, _epoch_ms(following, offset_ms)))
        start = following
    return rows


def aggregates(trades: Sequence[Traded]) -> list[list[Traded]]:
    groups: list[list[Traded]] = []
    for trade in trades:
        if groups and _is_alike(groups[-1][-1], trade):
            groups[-1].append(trade)
        else:
            groups.append([trade])
    return groups


def _is_alike(one: Traded, other: Traded) -> bool:
    return (one.taker_order_id, one.price) == (other.taker_order_id, other.price)


def _local(time_ms: int, offset_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms + offset_ms)


def _epoch_ms(local: datetime, offset_ms: int) -> int:
    return (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) - offset_ms


def _length(interval: str) -> timedelta:
    if interval == "1w":
        return timedelta(days=7)
    return timedelta(milliseconds=int(interval[:-1]) * _UNIT_MS[interval[-1]])


def _start_of(interval: str) -> Callable[[datetime], datetime]:
    """From a local time to the beginning of its candle, by the calendar where people would."""
    if interval == "1M":
        return lambda time: time.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if interval == "1w":
        return lambda time: _midnight(time) - timedelta(days=time.weekday())
    length, epoch = _length(interval), datetime(1970, 1, 1, tzinfo=UTC)
    return lambda time: epoch + (time - epoch) // length * length


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)
