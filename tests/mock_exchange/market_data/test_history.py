"""Candles, aggregates and statistics are what the list of trades says, however they are put together."""

from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.engine.commands import Deposit, Side
from mock_exchange.engine.events import Traded
from mock_exchange.engine.orders import MemoryLimits
from mock_exchange.market_data.history import MarketHistory, Retention, SymbolHistory
from mock_exchange.market_data.intervals import Interval
from mock_exchange.market_data.tape import Aggregate
from tests.mock_exchange.engine.floor import ALICE, BOB, BUY, CAROL, SELL, Floor
from tests.mock_exchange.market_data import slow_history
from tests.mock_exchange.market_data.trades import BEGINS_MS, numbered, tapes

MINUTE_MS = 60_000
DAY_MS = 1440 * MINUTE_MS
FRIDAY_MS = BEGINS_MS

offsets = st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * 15 * MINUTE_MS)
later = st.one_of(st.integers(0, 5000), st.integers(0, 3 * DAY_MS))


def history_of(trades: list[Traded], retention: Retention | None = None) -> SymbolHistory:
    history = SymbolHistory(retention or Retention())
    for trade in trades:
        history.add(trade)
    return history


@given(trades=tapes, interval=st.sampled_from(Interval), offset_ms=offsets, later_ms=later, limit=st.integers(1, 50))
def test_the_last_candles_are_those_of_the_calendar(
    trades: list[Traded], interval: Interval, offset_ms: int, later_ms: int, limit: int
) -> None:
    long_enough = interval.length_ms == 0 or interval.length_ms >= DAY_MS
    trades = trades if long_enough else [trade for trade in trades if trade.time_ms < FRIDAY_MS + 200_000]
    now_ms = (trades[-1].time_ms if trades else FRIDAY_MS) + (later_ms if long_enough else later_ms % 5000)
    expected = slow_history.candles(trades, interval, now_ms, offset_ms)
    history = history_of(trades)
    assert history.candles(interval, now_ms=now_ms, offset_ms=offset_ms, limit=limit) == expected[-limit:]
    assert history.candle(interval, now_ms, offset_ms) == (expected[-1] if expected else None)


@given(trades=tapes, start=st.integers(-10, 400), length=st.integers(-2, 400), limit=st.integers(1, 20))
def test_candles_between_two_times_are_those_that_begin_there(
    trades: list[Traded], start: int, length: int, limit: int
) -> None:
    trades = [trade for trade in trades if trade.time_ms < FRIDAY_MS + 360 * MINUTE_MS]
    now_ms = trades[-1].time_ms if trades else FRIDAY_MS
    # Odd ends, so that they are neither a candle's beginning nor its end.
    start_ms = FRIDAY_MS + start * MINUTE_MS - 7
    end_ms = start_ms + length * MINUTE_MS + 13
    every = slow_history.candles(trades, "15m", now_ms)
    history = history_of(trades)

    def asked(start_ms: int | None, end_ms: int | None) -> list[object]:
        return [
            *history.candles(Interval.MINUTES_15, now_ms=now_ms, start_ms=start_ms, end_ms=end_ms, limit=limit),
        ]

    assert asked(start_ms, end_ms) == [bar for bar in every if start_ms <= bar.start_ms <= end_ms][:limit]
    assert asked(start_ms, None) == [bar for bar in every if start_ms <= bar.start_ms][:limit]
    assert asked(None, end_ms) == [bar for bar in every if bar.start_ms <= end_ms][-limit:]


@given(trades=tapes, start=st.integers(-5, 4000), length=st.integers(1, 10_080))
def test_statistics_of_any_minutes_are_the_sums_over_their_trades(
    trades: list[Traded], start: int, length: int
) -> None:
    start_ms = FRIDAY_MS + start * MINUTE_MS
    end_ms = start_ms + length * MINUTE_MS
    assert history_of(trades).statistics(start_ms, end_ms) == slow_history.span(trades, start_ms, end_ms)


@given(trades=tapes, limit=st.integers(1, 40), since=st.integers(0, 130), start=st.integers(-5, 4000))
def test_aggregates_are_runs_of_one_order_at_one_price(
    trades: list[Traded], limit: int, since: int, start: int
) -> None:
    tape = history_of(trades).tape
    expected = [
        Aggregate(
            number,
            group[0].price,
            sum(trade.quantity for trade in group),
            group[0].trade_id,
            group[-1].trade_id,
            group[0].time_ms,
            group[0].taker_side is Side.SELL,
        )
        for number, group in enumerate(slow_history.aggregates(trades), start=1)
    ]
    start_ms, end_ms = FRIDAY_MS + start * 1000, FRIDAY_MS + start * 30_000
    assert tape.last_aggregate_id == len(expected)
    assert tape.latest_aggregates(limit) == expected[-limit:]
    assert tape.aggregates_since(since, limit) == [each for each in expected if each.id >= since][:limit]
    inside = [each for each in expected if start_ms <= each.time_ms <= end_ms]
    assert tape.aggregates_between(start_ms, end_ms, limit) == inside[:limit]
    until = [each for each in expected if each.time_ms <= end_ms]
    assert tape.aggregates_between(None, end_ms, limit) == until[-limit:]


@given(trades=tapes, most=st.integers(1, 5), limit=st.integers(1, 200))
def test_a_short_memory_forgets_the_oldest_and_nothing_else(trades: list[Traded], most: int, limit: int) -> None:
    short = history_of(trades, Retention(trades=most, seconds=most, minutes=most, hours=most))
    whole = history_of(trades)
    kept = short.tape.latest(1000)
    assert len(kept) >= min(most, len(trades))
    assert [*kept] == trades[len(trades) - len(kept) :]
    aggregates = short.tape.latest_aggregates(limit)
    assert aggregates == whole.tape.latest_aggregates(limit)[-len(aggregates) :] or not trades
    assert short.tape.last_aggregate_id == whole.tape.last_aggregate_id
    if trades:
        now_ms = trades[-1].time_ms
        candles = short.candles(Interval.MINUTE, now_ms=now_ms, limit=3)
        assert candles == whole.candles(Interval.MINUTE, now_ms=now_ms, limit=3)[-len(candles) :]


@given(trades=tapes, asked=st.sets(st.integers(0, 100)))
def test_asking_in_between_changes_nothing(trades: list[Traded], asked: set[int]) -> None:
    history = SymbolHistory(Retention())
    for number, trade in enumerate(trades):
        history.add(trade)
        if number in asked:
            assert history.candle(Interval.SECOND, trade.time_ms) is not None
    whole = history_of(trades)
    now_ms = trades[-1].time_ms if trades else FRIDAY_MS
    for interval in (Interval.SECOND, Interval.MINUTES_5, Interval.WEEK):
        assert history.candles(interval, now_ms=now_ms, limit=9) == whole.candles(interval, now_ms=now_ms, limit=9)


@given(trades=tapes, since=st.integers(0, 130), limit=st.integers(1, 40))
def test_trades_are_found_by_their_numbers(trades: list[Traded], since: int, limit: int) -> None:
    tape = history_of(trades).tape
    assert [*tape.since(since, limit)] == [trade for trade in trades if trade.trade_id >= since][:limit]
    assert [*tape.latest(limit)] == trades[-limit:]
    assert tape.last() == (trades[-1] if trades else None)


def test_a_minute_without_trades_is_flat_at_the_close_before_it() -> None:
    history = history_of(numbered([(0, BUY, [(100, 2)]), (3 * MINUTE_MS, SELL, [(104, 1)])]))
    rows = history.candles(Interval.MINUTE, now_ms=FRIDAY_MS + 4 * MINUTE_MS)
    assert [(row.open, row.high, row.low, row.close, row.lots, row.count) for row in rows] == [
        (100, 100, 100, 100, 2, 1),
        (100, 100, 100, 100, 0, 0),
        (100, 100, 100, 100, 0, 0),
        (104, 104, 104, 104, 1, 1),
        (104, 104, 104, 104, 0, 0),
    ]


def test_a_trade_with_an_earlier_stamp_counts_to_the_last_bar() -> None:
    history = history_of(numbered([(MINUTE_MS, BUY, [(100, 1)]), (-1, BUY, [(101, 1)])]))
    (row,) = history.candles(Interval.MINUTE, now_ms=FRIDAY_MS + MINUTE_MS)
    assert (row.close, row.lots, row.count) == (101, 2, 2)


def test_a_listener_hears_the_trades_of_a_real_engine_and_a_later_one_is_told_of_them() -> None:
    floor = Floor()
    heard = MarketHistory(floor.engine.symbols)
    floor.sell(ALICE, 3, 100)
    floor.sell(ALICE, 3, 101)
    events = floor.buy(BOB, 5, 101)
    heard.heard(Deposit(BOB, "BTC", 1, floor.time_ms), events)  # whatever the command was
    (first, second) = heard.symbols["BTCUSDT"].tape.latest_aggregates(10)
    assert (first.price, first.quantity, first.buyer_is_maker) == (100, 3, False)
    assert (second.price, second.quantity, second.id) == (101, 2, 2)
    told = MarketHistory(floor.engine.symbols)
    told.remember(floor.engine)
    assert told.symbols["BTCUSDT"].tape.latest_aggregates(10) == [first, second]


def test_a_listener_is_told_of_no_more_than_follows_the_last_gap() -> None:
    floor = Floor(memory=MemoryLimits(account_trades_max=1))
    for seller in (BOB, CAROL, CAROL):
        floor.sell(seller, 1, 100)
        floor.buy(ALICE, 1, 100)
    # Alice and Carol remember trade 3 only, Bob trade 1; nobody remembers trade 2.
    told = MarketHistory(floor.engine.symbols)
    told.remember(floor.engine)
    assert [trade.trade_id for trade in told.symbols["BTCUSDT"].tape.latest(10)] == [3]
