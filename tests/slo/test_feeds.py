"""Figures of what subscribers heard, from hand-made marks and counts."""

import polars as pl
import pytest

from slo.feeds import age_ms, disturbed, feed_figures
from slo.history.feeds import (
    AGES_SCHEMA,
    MARKS_SCHEMA,
    REPORTS_SCHEMA,
    Feeds,
    FeedSummary,
    StreamCount,
    bucket_of,
)
from slo.verdict.reasons import fault_reasons
from tests.slo.building import a_fault, a_record, applied_and_healed, arrivals

MS = 1_000_000
DEPTH = "btcusdt@depth"
Mark = tuple[str, str, int, int, int | None, int]
Report = tuple[str, str, int, int, int]


def heard(marks: list[Mark] | None = None, reports: list[Report] | None = None) -> Feeds:
    """Two streams: 100 depth events of 1 ms to 100 ms, and user data."""
    ages = [(0, DEPTH, bucket_of(age * 1000), 1) for age in range(1, 101)] + [(0, "user data", bucket_of(5), 3)]
    return Feeds(
        FeedSummary(
            streams=[
                StreamCount(stream=DEPTH, subscribers=2, events=100),
                StreamCount(stream="user data", subscribers=1, events=3),
            ],
            other_messages=0,
            marks_left_out=0,
            clock_offset_ms=0.0,
            clock_offset_ms_uncertain=0.0,
            silence_ms=2000,
        ),
        pl.DataFrame(ages, schema=AGES_SCHEMA, orient="row"),
        pl.DataFrame(marks or [], schema=MARKS_SCHEMA, orient="row"),
        pl.DataFrame(reports or [], schema=REPORTS_SCHEMA, orient="row"),
    )


@pytest.mark.parametrize(("hundredths", "exact_ms"), [(1, 1), (50, 50), (99, 99), (100, 100)])
def test_a_quantile_is_that_of_the_nearest_rank_or_up_to_one_thirty_second_more(
    hundredths: int, exact_ms: float
) -> None:
    told = age_ms(heard().ages.filter(stream=DEPTH), hundredths)
    assert told is not None
    assert exact_ms <= told <= exact_ms * (1 + 1 / 32)


def test_events_without_a_time_have_no_age() -> None:
    assert age_ms(pl.DataFrame([(0, DEPTH, -1, 7)], schema=AGES_SCHEMA, orient="row"), 50) is None


def test_marks_are_counted_by_stream_and_the_first_book_is_no_resync() -> None:
    marks: list[Mark] = [
        ("resync", DEPTH, 0, 0, 30 * MS, 1),
        ("gap", DEPTH, 0, 100 * MS, 100 * MS, 7),
        ("resync", DEPTH, 0, 100 * MS, 112 * MS, 1),
        ("resync", DEPTH, 1, 100 * MS, None, 1),
        ("silence", "user data", 0, 5 * MS, 2505 * MS, 3),
        ("disconnect", "(connection)", 1, 1, 2, 1),
    ]
    figures = feed_figures(heard(marks), arrivals(1))
    depth, private = figures.streams
    assert (depth.gaps, depth.missing, depth.resyncs, depth.resync_ms_max, depth.unfinished) == (1, 7, 2, 12.0, 1)
    assert (private.silences, private.silence_ms_max, private.gaps) == (1, 2500.0, 0)
    assert figures.disconnects == 1
    assert (0, 30 * MS) not in list(disturbed(heard(marks)))


def test_orders_join_their_reports_and_those_of_which_nothing_was_told_are_counted() -> None:
    samples = arrivals(4).with_columns(
        op=pl.lit("order.place"),
        outcome=pl.Series(["ok", "ok", "ok", "unknown"]),
        done_ns=pl.Series([10 * MS, 20 * MS, 30 * MS, None], dtype=pl.Int64),
        code=pl.lit(None, dtype=pl.Int32),
    )
    first = int(samples["arrival"][0])
    reports: list[Report] = [
        (f"bo-t-{first}", "NEW", -1, 9 * MS, 9 * MS),  # 1 ms before its reply
        (f"bo-t-{first}", "TRADE", 5, 12 * MS, 12 * MS),
        (f"bo-t-{first}", "TRADE", 5, 12 * MS, 15 * MS),  # told twice
        (f"bo-t-{first + 1}-r1", "CANCELED", -1, 90 * MS, 90 * MS),  # its NEW was lost
        (f"bo-t-{first + 3}", "NEW", -1, 35 * MS, 35 * MS),  # of an order whose reply never came
        ("somebody-else", "NEW", -1, 1, 1),
    ]
    orders = feed_figures(heard(reports=reports), samples).orders
    assert orders is not None
    assert (orders.acknowledged, orders.confirmed, orders.unconfirmed, orders.unreported) == (3, 1, 2, 1)
    assert (orders.delay_ms_p50, orders.confirmed_before_reply, orders.fill_ms_p50) == (-1.0, 1, 2.0)
    assert (orders.fills, orders.fills_repeated) == (1, 1)
    assert (orders.unknown, orders.unknown_reported) == (1, 1)


@pytest.mark.parametrize(
    ("seam", "disturbance", "in_doubt"),
    [
        ("meaning", [(15 * MS, 16 * MS)], False),
        ("meaning", [(1, 2)], True),
        ("meaning", [], True),
        ("process", [(15 * MS, 16 * MS)], True),
    ],
)
def test_a_fault_of_meaning_is_felt_where_a_feed_was_disturbed_meanwhile(
    seam: str, disturbance: list[tuple[int, int | None]], in_doubt: bool
) -> None:
    fault = a_fault("silent_stream-1", seam).model_copy(update={"at_ns": 10 * MS, "for_ns": 10 * MS})
    record = a_record(arrivals(3)).model_copy(update={"faults": [fault]})
    events = applied_and_healed(fault.id, 10 * MS, 20 * MS)
    assert bool(list(fault_reasons(record, arrivals(3), events, disturbance))) is in_doubt
