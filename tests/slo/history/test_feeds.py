"""What subscribers heard is stored without loss, and ages are kept to 1/32."""

from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from slo.history.feeds import (
    AGES_SCHEMA,
    AHEAD,
    MARKS_SCHEMA,
    REPORTS_SCHEMA,
    Feeds,
    FeedSummary,
    StreamCount,
    age_us_at_most,
    bucket_of,
    read_feeds,
    write_feeds,
)


@given(st.integers(0, 10**12))
def test_a_bucket_gives_back_the_age_within_a_thirty_second_part_and_never_less(age_us: int) -> None:
    told = age_us_at_most(bucket_of(age_us))
    assert age_us <= told <= age_us + age_us // 32


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_buckets_keep_the_order_of_ages(one: int, other: int) -> None:
    assert (bucket_of(min(one, other))) <= bucket_of(max(one, other))


def test_an_event_from_the_future_has_a_bucket_of_its_own() -> None:
    assert bucket_of(-1) == AHEAD


def test_feeds_come_back_as_they_were_stored(tmp_path: Path) -> None:
    assert read_feeds(tmp_path / "feeds") is None
    summary = FeedSummary(
        streams=[StreamCount(stream="btcusdt@trade", subscribers=2, events=3)],
        other_messages=1,
        marks_left_out=0,
        clock_offset_ms=0.5,
        clock_offset_ms_uncertain=0.1,
        silence_ms=2000,
    )
    ages = pl.DataFrame([(0, "btcusdt@trade", 5, 3)], schema=AGES_SCHEMA, orient="row")
    marks = pl.DataFrame([("gap", "btcusdt@trade", 1, 7, 7, 2)], schema=MARKS_SCHEMA, orient="row")
    reports = pl.DataFrame([("bo-t-1", "NEW", -1, 5, 6)], schema=REPORTS_SCHEMA, orient="row")
    write_feeds(tmp_path / "feeds", Feeds(summary, ages, marks, reports))
    back = read_feeds(tmp_path / "feeds")
    assert back is not None
    assert back.summary == summary
    assert back.ages.equals(ages)
    assert back.marks.equals(marks)
    assert back.reports.equals(reports)
