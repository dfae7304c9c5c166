"""`brownout run` leaves a whole history behind, and judging it again changes nothing."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from slo.history import EventKind, RunFolder, RunStatus, read_events, read_samples
from tests.end_to_end.commands import Finished, brownout

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, Finished]:
    cwd = tmp_path_factory.mktemp("run")
    done = brownout("run", "smoke", "--out", "smoke", "--report-only", cwd=cwd)
    assert done.code == 0, done.err
    return RunFolder(cwd / "smoke"), done


def test_every_scheduled_arrival_is_in_the_samples_once(finished: tuple[RunFolder, Finished]) -> None:
    folder, _ = finished
    samples = read_samples(folder.samples)
    assert samples.height == folder.read_record().scheduled > 0
    assert samples.select("worker", "arrival").is_duplicated().sum() == 0


def test_every_arrival_ends_in_exactly_one_outcome(finished: tuple[RunFolder, Finished]) -> None:
    folder, _ = finished
    samples = read_samples(folder.samples)
    assert samples["outcome"].null_count() == 0
    assert sum(Counter(samples["outcome"]).values()) == folder.read_record().scheduled


def test_no_request_is_done_before_it_was_sent_or_sent_before_it_was_due(finished: tuple[RunFolder, Finished]) -> None:
    samples = read_samples(finished[0].samples)
    assert samples.filter(pl.col("sent_ns") < pl.col("scheduled_ns")).height == 0
    assert samples.filter(pl.col("done_ns") < pl.col("sent_ns")).height == 0


def test_the_record_says_what_was_run_and_how_it_ended(finished: tuple[RunFolder, Finished]) -> None:
    record = finished[0].read_record()
    assert record.status is RunStatus.COMPLETE
    assert record.command[:3] == ["brownout", "run", "smoke"]
    assert record.capacity_per_s is not None
    assert all(before.end_ns == after.start_ns for before, after in pairwise(record.phases))


def test_the_events_tell_the_run_from_start_to_end(finished: tuple[RunFolder, Finished]) -> None:
    kinds = [event.kind for event in read_events(finished[0].events)]
    assert kinds[0] is EventKind.RUN_STARTED
    assert kinds[-2:] == [EventKind.RUN_ENDED, EventKind.RUN_AUDITED]
    assert EventKind.PHASE_STARTED in kinds


def test_the_exchange_ledger_knows_every_order_that_was_acknowledged(finished: tuple[RunFolder, Finished]) -> None:
    folder, _ = finished
    placed = read_samples(folder.samples).filter(
        (pl.col("op") == "order.place") & (pl.col("outcome") == "ok") & (pl.col("status") == 200)
    )
    ledger = pl.read_ndjson(folder.ledger)
    ours = ledger.filter(pl.col("clientOrderId").str.starts_with("bo-"))
    assert ours["clientOrderId"].is_duplicated().sum() == 0
    assert ours.height >= placed.height > 0


def test_judging_again_gives_the_same_bytes(finished: tuple[RunFolder, Finished]) -> None:
    folder, _ = finished
    files = (folder.verdict, folder.report_html, folder.report_markdown, folder.junit)
    before = {file: file.read_bytes() for file in files}
    assert brownout("judge", folder.path, "--report-only", cwd=folder.path.parent).code == 0
    assert {file: file.read_bytes() for file in files} == before


def test_the_terminal_shows_the_verdict_and_where_the_report_lies(finished: tuple[RunFolder, Finished]) -> None:
    folder, done = finished
    assert "Verdict:" in done.out
    assert str(Path("smoke") / folder.report_html.name) in done.out
