"""Several generator processes share one run: they do what one would have done, and nothing twice."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from slo.history import RunFolder, RunStatus, read_samples, with_derived_columns
from tests.end_to_end.commands import brownout

pytestmark = pytest.mark.slow

SCENARIO = """\
name: shared
description: Independent users at a rate that leaves the exchange idle most of the time.
target:
  kind: embedded
  exchange:
    service_time: {distribution: exponential, mean: 8ms}
    queue: {length: 1024}
traffic:
  mix: {order.place: 50, order.cancel: 25, book.read: 25}
  timeout: 5m
  deadline: 5m
  phases:
    - {name: steady, for: 12s, open: {rate: 50/s, arrivals: poisson}}
stop_when: never
objectives: [answered.yaml]
"""
"""With this deadline the lag of a generator on a busy host makes no verdict inconclusive."""

OF_CAPACITY = """\
name: of-capacity
description: Workers sweep together, and then make half of what they found.
target:
  kind: embedded
  exchange:
    service_time: {distribution: exponential, mean: 2ms}
    queue: {length: 128}
traffic:
  mix: {order.place: 50, order.cancel: 25, book.read: 25}
  phases:
    - {name: sweep, each: 1s, closed: {users: [1, 4, 16]}}
    - {name: steady, for: 3s, open: {rate: 50% of capacity, arrivals: constant}}
stop_when: never
objectives: [answered.yaml]
"""

OBJECTIVES = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders-answered}
spec:
  service: order-entry
  budgetingMethod: Occurrences
  timeWindow: [{duration: 30d, isRolling: true}]
  indicator:
    metadata: {name: orders-ok}
    spec:
      ratioMetric:
        good: {metricSource: {type: brownout, spec: {query: "outcome = 'ok'"}}}
        total: {metricSource: {type: brownout, spec: {query: "op in ('order.place', 'order.cancel')"}}}
  objectives: [{target: 0.95}]
"""
"""Of the 600 arrivals about 450 count; 95 % takes 59 of them without a failure."""

DISTANCE_MAX = 0.25
"""Between the distributions of response times of two runs. Two samples of 600 independent times lie 0.113 or more apart
once in a thousand (Kolmogorov-Smirnov, 1.95 sqrt(2 / 600)); queueing makes them less than independent, so twice that.
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, RunFolder]:
    """Runs of one seed by one and by two workers."""
    cwd = tmp_path_factory.mktemp("workers")
    (cwd / "shared.yaml").write_text(SCENARIO, encoding="utf-8")
    (cwd / "answered.yaml").write_text(OBJECTIVES, encoding="utf-8")
    for workers in (1, 2):
        out = f"run-{workers}"
        done = brownout("run", "shared.yaml", "--seed", "3", "--workers", str(workers), "--out", out, cwd=cwd)
        assert done.code == 0, done.err
    return {workers: RunFolder(cwd / f"run-{workers}") for workers in (1, 2)}


def samples_of(folder: RunFolder) -> pl.DataFrame:
    return with_derived_columns(read_samples(folder.samples), folder.read_record().phases)


def test_the_schedule_is_the_same_to_the_nanosecond(folders: dict[int, RunFolder]) -> None:
    one, two = (
        samples_of(folders[workers]).sort("scheduled_ns").select("scheduled_ns", pl.col("op").cast(pl.String))
        for workers in (1, 2)
    )
    assert one.height > 0
    assert one.equals(two)


def test_workers_take_turns_and_number_no_arrival_twice(folders: dict[int, RunFolder]) -> None:
    samples = samples_of(folders[2]).sort("scheduled_ns")
    assert samples["worker"].to_list() == [number % 2 for number in range(samples.height)]
    assert samples["arrival"].to_list() == list(range(samples.height))
    assert samples.height == folders[2].read_record().scheduled


def test_outcomes_and_quantiles_are_those_of_one_worker(folders: dict[int, RunFolder]) -> None:
    one, two = (samples_of(folders[workers]) for workers in (1, 2))
    failures = [samples.filter(pl.col("outcome") != "ok").height for samples in (one, two)]
    assert failures == [0, 0], "the exchange is idle most of the time, and nobody gives up"
    assert distance(one["response_ms"].to_numpy(), two["response_ms"].to_numpy()) < DISTANCE_MAX
    assert distance(one["response_ms"].to_numpy(), 2 * two["response_ms"].to_numpy()) > DISTANCE_MAX, "it can fail"


def test_the_verdict_is_that_of_one_worker(folders: dict[int, RunFolder]) -> None:
    verdicts = [json.loads(folders[workers].verdict.read_text()) for workers in (1, 2)]
    assert [verdict["status"] for verdict in verdicts] == ["met", "met"]
    assert verdicts[0]["accounting"] == verdicts[1]["accounting"]
    assert verdicts[0]["objectives"] == verdicts[1]["objectives"]


def test_the_record_and_the_report_tell_of_the_workers(folders: dict[int, RunFolder]) -> None:
    record = folders[2].read_record()
    assert (record.workers, folders[1].read_record().workers) == (2, 1)
    assert record.command[-2:] == ["--workers", "2"]
    assert "The same by worker" in folders[2].report_markdown.read_text()
    assert "The same by worker" not in folders[1].report_markdown.read_text()


def test_workers_agree_on_what_a_share_of_capacity_is(tmp_path: Path) -> None:
    (tmp_path / "of-capacity.yaml").write_text(OF_CAPACITY, encoding="utf-8")
    (tmp_path / "answered.yaml").write_text(OBJECTIVES, encoding="utf-8")
    options = ("--workers", "3", "--out", "run", "--report-only")
    assert brownout("run", "of-capacity.yaml", *options, cwd=tmp_path).code == 0
    folder = RunFolder(tmp_path / "run")
    record, samples = folder.read_record(), samples_of(folder)
    assert record.status is RunStatus.COMPLETE
    steady = record.phases[-1]
    assert record.capacity_per_s is not None
    assert steady.rate_per_s == pytest.approx(record.capacity_per_s / 2)
    # Of one queue and one server: the mean service time of 2 ms allows 500 a second, whoever asks.
    assert record.capacity_per_s < 750
    due_ns = samples.filter(pl.col("phase") == "steady")["scheduled_ns"].sort()
    assert due_ns.to_list() == [
        steady.start_ns + round(number * 1e9 / (steady.rate_per_s or 1)) for number in range(due_ns.len())
    ]
    assert due_ns.len() == pytest.approx(3 * (steady.rate_per_s or 0), abs=1)
    assert samples["worker"].unique().sort().to_list() == [0, 1, 2]
    # A closed step has as many users as it says, not as many for each worker.
    swept = samples.filter(pl.col("phase") == "sweep").drop_nulls("done_ns")
    for step in record.phases[:-1]:
        of_step = swept.filter(pl.col("scheduled_ns").is_between(step.start_ns, step.end_ns, closed="left"))
        assert 0 < most_at_once(of_step) <= (step.users or 0)


def distance(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """Kolmogorov-Smirnov: how far the two cumulative distributions are apart at most."""
    at = np.sort(np.concatenate([one, other]))
    shares = [np.searchsorted(np.sort(each), at, side="right") / each.size for each in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def most_at_once(samples: pl.DataFrame) -> int:
    """How many arrivals were in flight at the same moment at most; whoever ends makes room first."""
    changes = sorted([(at_ns, 1) for at_ns in samples["scheduled_ns"]] + [(at_ns, -1) for at_ns in samples["done_ns"]])
    return int(np.cumsum([change for _, change in changes]).max())
