"""The library's feeds scenario: each fault of a feed shows where it was put, and nothing else is accused."""

import json
from pathlib import Path

import polars as pl
import pytest

from slo.history import RunFolder
from slo.history.feeds import NO_AGE, Feeds, MarkKind, read_feeds
from tests.end_to_end.commands import brownout

TRADES, DEPTH, PRIVATE = "btcusdt@trade", "btcusdt@depth@100ms", "user data"
NS_PER_S = 1_000_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("feeds") / "run"
    brownout("run", "feeds", "--out", str(out), "--report-only", cwd=out.parent)
    return out


@pytest.fixture(scope="module")
def feeds(folder: Path) -> Feeds:
    stored = read_feeds(RunFolder(folder).feeds)
    assert stored is not None
    return stored


def marks(feeds: Feeds, kind: MarkKind, stream: str) -> pl.DataFrame:
    return feeds.marks.filter(kind=kind.value, stream=stream)


def during(feeds: Feeds, kind: MarkKind, stream: str, second: int, until: int) -> bool:
    """Whether every subscriber of a stream has such a mark that began within these seconds of the run."""
    found = marks(feeds, kind, stream).filter(pl.col("at_ns").is_between(second * NS_PER_S, until * NS_PER_S))
    subscribers = next(each.subscribers for each in feeds.summary.streams if each.stream == stream)
    return found["subscriber"].n_unique() == subscribers


@pytest.mark.slow
def test_what_was_counted_adds_up(feeds: Feeds) -> None:
    counted = dict(feeds.ages.group_by("stream").agg(pl.col("events").sum()).rows())
    assert counted == {each.stream: each.events for each in feeds.summary.streams}
    assert set(counted) == {TRADES, DEPTH, PRIVATE}
    assert feeds.summary.marks_left_out == 0
    assert feeds.ages.filter(bucket=NO_AGE).is_empty()


@pytest.mark.slow
def test_each_fault_is_seen_by_all_who_listen(feeds: Feeds) -> None:
    assert during(feeds, MarkKind.SILENCE, TRADES, 4, 8)
    assert during(feeds, MarkKind.GAP, DEPTH, 10, 14)
    assert during(feeds, MarkKind.RESYNC, DEPTH, 10, 14)
    assert during(feeds, MarkKind.SILENCE, PRIVATE, 14, 18)
    silent = feeds.marks.filter(kind=MarkKind.SILENCE.value)
    assert (silent["count"] > 0).all()  # pings were answered all along


@pytest.mark.slow
def test_no_stream_is_accused_of_what_was_done_to_another(feeds: Feeds) -> None:
    assert marks(feeds, MarkKind.GAP, TRADES).is_empty()
    assert marks(feeds, MarkKind.SILENCE, DEPTH).is_empty()
    kinds = set(feeds.marks["kind"].cast(pl.String))
    assert kinds == {"gap", "resync", "silence"}
    assert feeds.marks["until_ns"].null_count() == 0


@pytest.mark.slow
def test_orders_without_a_confirmation_are_those_of_the_silent_private_feed(folder: Path) -> None:
    figures = json.loads((folder / "verdict.json").read_bytes())["feeds"]["orders"]
    assert figures["acknowledged"] == figures["confirmed"] + figures["unconfirmed"]
    assert 0 < figures["unreported"] <= figures["unconfirmed"] < figures["confirmed"]
    assert figures["fills_repeated"] == 0
    assert figures["delay_ms_p50"] < 1000


@pytest.mark.slow
def test_faults_that_only_feeds_feel_leave_no_doubt_whether_they_worked(folder: Path) -> None:
    reasons = json.loads((folder / "verdict.json").read_bytes())["reasons"]
    assert [each for each in reasons if each["kind"] == "fault touched nothing"] == []
