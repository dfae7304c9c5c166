"""Trades as the engine reports them: numbered without gaps, in runs of one taker order, in the order of time."""

from hypothesis import strategies as st

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Traded

BEGINS_MS = 1_760_054_400_000
"""Friday, 10 October 2025, 00:00 UTC."""
_DAY_MS = 86_400_000

_pauses = st.one_of(
    st.just(0), st.integers(0, 900), st.integers(0, 100_000), st.integers(0, 9_000_000), st.integers(0, 40 * _DAY_MS)
)
_fills = st.lists(st.tuples(st.integers(95, 105), st.integers(1, 9)), min_size=1, max_size=4)
_orders = st.tuples(_pauses, st.sampled_from(Side), _fills)


def numbered(orders: list[tuple[int, Side, list[tuple[int, int]]]], *, first_id: int = 1) -> list[Traded]:
    """The fills of one taker order after another; each a pause (ms) after the one before, and (ticks, lots) pairs."""
    trades: list[Traded] = []
    time_ms = BEGINS_MS
    for order_id, (pause_ms, side, fills) in enumerate(orders, start=1):
        time_ms += pause_ms
        for price, lots in fills:
            number = first_id + len(trades)
            trades.append(
                Traded(number, "BTCUSDT", price, lots, price * lots * 7, side, 1, order_id, 0, 2, 999, 0, time_ms)
            )
    return trades


tapes = st.lists(_orders, max_size=30).map(numbered)
