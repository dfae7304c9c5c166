"""The demo's section *Why not 100 %*, counted again from the samples with nothing of the judge's own code."""

import json
from decimal import Decimal

import polars as pl
import pytest

from slo.capacity import CapacityFindings, findings
from slo.history import PhaseKind, RunFolder, RunRecord, read_events, read_samples, with_derived_columns
from tests.end_to_end.commands import brownout

pytestmark = pytest.mark.slow

NS_PER_S = 1_000_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    cwd = tmp_path_factory.mktemp("demo")
    done = brownout("run", "demo", "--out", "demo", "--report-only", cwd=cwd)
    assert done.code == 0, done.err
    return RunFolder(cwd / "demo")


@pytest.fixture(scope="module")
def record(folder: RunFolder) -> RunRecord:
    return folder.read_record()


@pytest.fixture(scope="module")
def samples(folder: RunFolder) -> pl.DataFrame:
    """As stored: no derived column, no phase."""
    return read_samples(folder.samples)


@pytest.fixture(scope="module")
def found(folder: RunFolder, record: RunRecord, samples: pl.DataFrame) -> CapacityFindings:
    return findings(record, with_derived_columns(samples, record.phases), read_events(folder.events))


def test_the_surge_never_exceeds_its_bound(found: CapacityFindings) -> None:
    (surge,) = (bound for bound in found.overloads if bound.phase == "surge")
    assert surge.availability <= surge.availability_bound < 1


def test_the_surge_is_counted_from_its_own_arrivals(
    record: RunRecord, samples: pl.DataFrame, found: CapacityFindings
) -> None:
    (phase,) = (phase for phase in record.phases if phase.name == "surge")
    arrivals = samples.filter((pl.col("scheduled_ns") >= phase.start_ns) & (pl.col("scheduled_ns") < phase.end_ns))
    deadline_ns = int(record.deadline_ms * 1_000_000)
    in_time = [
        outcome == "ok" and done - scheduled <= deadline_ns
        for outcome, scheduled, done in arrivals.select("outcome", "scheduled_ns", "done_ns").iter_rows()
    ]
    (surge,) = (bound for bound in found.overloads if bound.phase == "surge")
    assert (surge.arrivals, surge.in_time) == (len(in_time), sum(in_time))
    served = _served_in_order(arrivals["scheduled_ns"].sort().to_list(), deadline_ns, surge.capacity_per_s_upper)
    assert surge.servable == pytest.approx(served, abs=1), "one arrival may fall to either side of a rounded nanosecond"


def test_each_step_of_the_sweep_is_counted_from_its_own_answers(
    record: RunRecord, samples: pl.DataFrame, found: CapacityFindings
) -> None:
    steps = [phase for phase in record.phases if phase.kind is PhaseKind.CLOSED]
    assert [point.users for point in found.sweep] == [step.users for step in steps] == [1, 2, 4, 8, 16, 32, 64]
    for point, step in zip(found.sweep, steps, strict=True):
        answers = samples.filter(
            (pl.col("done_ns") >= step.start_ns) & (pl.col("done_ns") < step.end_ns) & (pl.col("outcome") == "ok")
        )
        # The throughput is over the time from the first answer to the last, a little less than the whole step.
        assert point.throughput_per_s == pytest.approx(
            answers.height / ((step.end_ns - step.start_ns) / NS_PER_S), rel=0.1
        )


def test_the_verdict_counts_what_the_samples_hold(folder: RunFolder, samples: pl.DataFrame) -> None:
    verdict = json.loads(folder.verdict.read_text(encoding="utf-8"))
    placed = samples.filter(pl.col("op") == "order.place")
    good = sum(
        outcome == "ok" and Decimal(done - scheduled) <= 250_000_000
        for outcome, scheduled, done in placed.select("outcome", "scheduled_ns", "done_ns").iter_rows()
    )
    (judged,) = (one for one in verdict["objectives"] if one["name"] == "order-place")
    assert (judged["good"], judged["total"]) == (good, placed.height)


def test_every_fault_touched_something_and_recovered(found: CapacityFindings) -> None:
    assert [recovery.fault for recovery in found.recoveries] == ["pause-1", "latency-2"]
    assert all(recovery.recovery_s is not None for recovery in found.recoveries)


def _served_in_order(due_ns: list[int], deadline_ns: int, capacity_per_s: float) -> int:
    """How many a server of that rate finishes in time if it refuses at once what it could not."""
    service_ns = NS_PER_S / capacity_per_s
    free_ns = 0.0
    served = 0
    for due in due_ns:
        done_ns = max(free_ns, due) + service_ns
        if done_ns <= due + deadline_ns:
            served += 1
            free_ns = done_ns
    return served
