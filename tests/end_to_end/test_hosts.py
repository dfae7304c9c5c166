"""Workers that join over the network do what local ones do, and what becomes of each of them is told."""

import json
import os
import signal
from pathlib import Path

import polars as pl
import psutil
import pytest

from slo.history import EventKind, RunFolder, RunStatus, read_health, read_samples
from tests.end_to_end.commands import brownout
from tests.end_to_end.joining import Family, Started, listening_run, start
from tests.end_to_end.waiting import wait_until

pytestmark = pytest.mark.slow

SCENARIO = """\
name: spread
description: Independent users at a rate that leaves the exchange idle most of the time.
target:
  kind: embedded
  exchange:
    service_time: {distribution: exponential, mean: 4ms}
    queue: {length: 1024}
traffic:
  mix: {order.place: 50, order.cancel: 25, book.read: 25}
  timeout: 5m
  deadline: 5m
  phases:
    - {name: steady, for: 10s, open: {rate: 80/s, arrivals: poisson}}
stop_when: never
objectives: [order-entry-smoke.yaml]
"""
"""With this deadline the lag of a generator on a busy host makes no verdict inconclusive; 800 arrivals show what
the objectives ask."""

OF_CAPACITY = SCENARIO.replace(
    "    - {name: steady, for: 10s, open: {rate: 80/s, arrivals: poisson}}\n",
    "    - {name: sweep, each: 1s, closed: {users: [2, 4]}}\n"
    "    - {name: steady, for: 2s, open: {rate: 50% of capacity, arrivals: constant}}\n",
)
LONG = SCENARIO.replace("for: 10s", "for: 60s")
DUE = ("scheduled_ns", "arrival", "worker", "op", "symbol", "outcome")


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    (tmp_path / "spread.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "of-capacity.yaml").write_text(OF_CAPACITY, encoding="utf-8")
    (tmp_path / "long.yaml").write_text(LONG, encoding="utf-8")
    return tmp_path


def due(folder: RunFolder) -> pl.DataFrame:
    """What was due, of whom, and what became of it: without when."""
    return read_samples(folder.samples).select(pl.col(DUE[:3]), pl.col(DUE[3:]).cast(pl.String))


def test_two_that_join_and_one_too_many_and_one_without_the_key(cwd: Path) -> None:
    local = brownout("run", "spread.yaml", "--seed", "3", "--workers", "2", "--out", "local", cwd=cwd)
    assert local.code == 0, local.err
    with listening_run(cwd, "spread.yaml", "--seed", "3", "--workers", "2", "--join-within", "50") as run:
        stranger = run.worker(secret="another secret, and long enough").finish()
        workers = run.workers(2)
        wait_until(run.has_begun, "the traffic")
        late = run.worker().finish()
        done, ended = run.command.finish(), [worker.finish() for worker in workers]
    assert (done.code, [worker.code for worker in ended]) == (0, [0, 0]), (done.err, ended)
    _turned_away_is_told(run.events(EventKind.WORKER_TURNED_AWAY)[0].detail["why"], stranger.err)
    assert (stranger.code, late.code) == (69, 69)
    assert f"{run.address} ended the handshake: another BROWNOUT_JOIN_KEY" in stranger.err
    assert "turned this worker away: it came too late: the run has its 2 workers" in late.err
    _is_as_the_local_run(run.folder, RunFolder(cwd / "local"))
    _tells_of_its_hosts(run.folder)
    _is_judged_again_alike(run.folder, cwd)


def _turned_away_is_told(why: object, said: str) -> None:
    assert why == "ended the handshake: no key, another key, or no worker"
    assert len(said.strip().splitlines()) == 1, "one clear error"


def _is_as_the_local_run(joined: RunFolder, local: RunFolder) -> None:
    assert due(joined).height > 600
    assert due(joined).equals(due(local))
    one, other = (json.loads(folder.verdict.read_text()) for folder in (joined, local))
    assert (one["status"], one["accounting"], one["objectives"]) == ("met", other["accounting"], other["objectives"])
    assert set(read_health(joined.health)["worker"]) == set(read_health(local.health)["worker"]) == {0, 1}
    for folder in ("health", "samples"):
        listing = [sorted(path.name for path in (each.path / folder).iterdir()) for each in (joined, local)]
        assert listing[0] == listing[1]


def _tells_of_its_hosts(folder: RunFolder) -> None:
    record = folder.read_record()
    assert [worker.worker for worker in record.joined] == [0, 1]
    for worker in record.joined:
        assert worker.offset_ns is not None
        assert abs(worker.offset_ns) <= worker.uncertainty_ns, "all read the clock of this host"
        assert worker.drift_ns is not None
        assert abs(worker.drift_ns) <= worker.uncertainty_ns
    assert record.command[-6:] == ["--workers", "2", "--listen", "127.0.0.1:0", "--join-within", "50"]
    report = folder.report_markdown.read_text()
    assert "## Workers on other hosts" in report
    assert "came too late: the run has its 2 workers" in report


def _is_judged_again_alike(folder: RunFolder, cwd: Path) -> None:
    before = folder.verdict.read_bytes()
    assert brownout("judge", "run", cwd=cwd).code == 0
    assert folder.verdict.read_bytes() == before


def test_they_agree_on_what_a_share_of_capacity_is(cwd: Path) -> None:
    with listening_run(cwd, "of-capacity.yaml", "--workers", "2", "--report-only") as run:
        workers = run.workers(2)
        done, ended = run.command.finish(), [worker.finish() for worker in workers]
    assert (done.code, [worker.code for worker in ended]) == (0, [0, 0]), (done.err, ended)
    record = run.folder.read_record()
    steady = record.phases[-1]
    assert record.capacity_per_s is not None
    assert steady.rate_per_s == pytest.approx(record.capacity_per_s / 2)
    due_ns = read_samples(run.folder.samples).filter(pl.col("scheduled_ns") >= steady.start_ns)["scheduled_ns"].sort()
    assert due_ns.to_list() == [
        steady.start_ns + round(number * 1e9 / (steady.rate_per_s or 1)) for number in range(due_ns.len())
    ]
    assert due_ns.len() == pytest.approx(2 * (steady.rate_per_s or 0), abs=1)


@pytest.mark.parametrize("part", ["worker", "generator"])
def test_one_that_dies_is_named_and_what_the_other_measured_is_kept(part: str, cwd: Path) -> None:
    with listening_run(cwd, "long.yaml", "--workers", "2") as run:
        workers = run.workers(2)
        wait_until(lambda: len(list(run.folder.samples.glob("worker-1-*.parquet"))) > 1, "samples from the second")
        family = Family.of(*workers)
        kill(workers[1], part)
        done = run.command.finish()
        survivor, dead = (worker.finish() for worker in workers)
        wait_until(lambda: not family.left(), "the end of all that the workers had started")
    assert (done.code, done.out) == (70, ""), done.err
    assert survivor.code == 0, survivor.err
    assert dead.code == (-signal.SIGKILL if part == "worker" else 70)
    record = run.folder.read_record()
    assert record.status is RunStatus.FAILED
    assert [worker.drift_ns is None for worker in record.joined] == [False, True]
    (failed,) = run.events(EventKind.RUN_FAILED)
    assert failed.subject == "generator-1"
    samples = read_samples(run.folder.samples)
    first = samples.filter(worker=0)["arrival"].sort().to_list()
    assert first == list(range(0, 2 * len(first), 2)), "it lost nothing"
    assert samples.filter(worker=1).height > 0
    judged = json.loads(brownout("judge", "run", "--json", cwd=cwd).out)
    assert judged["status"] == "inconclusive"
    (reason,) = [reason for reason in judged["reasons"] if reason["kind"] == "run incomplete"]
    assert reason["subject"] == "generator-1"


def kill(worker: Started, part: str) -> None:
    process = psutil.Process(worker.process.pid)
    if part == "generator":
        process = next(each for each in process.children() if "scenarios.generator" in each.cmdline())
    process.kill()


def test_workers_end_when_the_run_is_killed(cwd: Path) -> None:
    with listening_run(cwd, "long.yaml", "--workers", "1") as run:
        workers = run.workers(1)
        wait_until(run.has_begun, "the traffic")
        family = Family.of(run.command, *workers)
        run.command.process.kill()
        ended = workers[0].finish()
        wait_until(lambda: not family.left(), "the end of all that was started")
    assert ended.code == 70
    assert f"the connection to the run at {run.address} is lost" in ended.err


def test_an_interrupt_ends_all_and_keeps_what_was_measured(cwd: Path) -> None:
    with listening_run(cwd, "long.yaml", "--workers", "2") as run:
        workers = run.workers(2)
        wait_until(lambda: len(list(run.folder.samples.glob("*.parquet"))) > 1, "samples")
        family = Family.of(run.command, *workers)
        run.command.process.send_signal(signal.SIGINT)
        done, ended = run.command.finish(), [worker.finish() for worker in workers]
        wait_until(lambda: not family.left(), "the end of all that was started")
    assert (done.code, [worker.code for worker in ended]) == (130, [0, 0]), (done.err, ended)
    record = run.folder.read_record()
    assert record.status is RunStatus.INTERRUPTED
    assert record.scheduled == read_samples(run.folder.samples).height > 0


def test_an_interrupted_worker_is_named(cwd: Path) -> None:
    with listening_run(cwd, "long.yaml", "--workers", "1") as run:
        (worker,) = run.workers(1)
        wait_until(run.has_begun, "the traffic")
        worker.process.send_signal(signal.SIGINT)
        done, ended = run.command.finish(), worker.finish()
    assert (done.code, ended.code) == (70, 130)
    (failed,) = run.events(EventKind.RUN_FAILED)
    assert failed.subject == "generator"
    assert "was interrupted on its host" in str(failed.detail["why"])


def test_too_few_in_time_start_nothing_and_leave_nothing(cwd: Path) -> None:
    with listening_run(cwd, "spread.yaml", "--workers", "2", "--join-within", "8") as run:
        workers = run.workers(1)
        family = Family.of(run.command, *workers)
        done, ended = run.command.finish(), workers[0].finish()
        wait_until(lambda: not family.left(), "the end of all that was started")
    assert done.code == 69
    assert f"--listen {run.address}: 1 of 2 workers joined within 8 s" in done.err
    assert ended.code == 70
    assert not (run.folder.logs / "exchange.log").exists(), "the target was not started"


def test_a_worker_without_a_run_gives_up(tmp_path: Path) -> None:
    ended = start(["worker", "--master", "127.0.0.1:9", "--within", "2"], tmp_path).finish()
    assert (ended.code, ended.err) == (69, "brownout: --master: no run at 127.0.0.1:9 within 2 s\n")


def test_no_secret_is_left_in_the_run_folder_or_on_a_command_line(cwd: Path) -> None:
    with listening_run(cwd, "spread.yaml", "--workers", "1") as run:
        workers = run.workers(1)
        wait_until(run.has_begun, "the traffic")
        words = [word for each in Family.of(run.command, *workers).processes for word in each.cmdline()]
        assert run.command.finish().code == 0
    assert all("only for the tests" not in word for word in words)
    for path in run.folder.path.rglob("*"):
        assert path.is_dir() or os.fsencode("only for the tests") not in path.read_bytes()
