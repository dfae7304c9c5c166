"""A part of a run that dies: the venue's death is data, an instrument's is our failure and no verdict on the venue."""

import json
import subprocess
from pathlib import Path

import polars as pl
import psutil
import pytest

from slo.history import EventKind, RunFolder, RunStatus, read_events, read_samples
from tests.end_to_end.commands import Finished, brownout, command_line, descendants, start_brownout
from tests.end_to_end.waiting import wait_until

pytestmark = pytest.mark.slow


def test_when_the_exchange_dies_the_run_goes_on_and_the_venue_is_blamed(tmp_path: Path) -> None:
    done = _killed("mock_exchange", tmp_path)
    assert done.code == 1, done.err
    folder = RunFolder(tmp_path / "run")
    assert folder.read_record().status is RunStatus.COMPLETE
    assert _exited(folder) == ["exchange"]
    assert read_samples(folder.samples).height == folder.read_record().scheduled
    assert not folder.ledger.exists(), "an exchange that is gone gives no ledger"


@pytest.mark.parametrize("module", ["chaos.proxy", "chaos.guardian", "scenarios.generator"])
def test_when_an_instrument_dies_the_run_fails_and_keeps_what_was_measured(module: str, tmp_path: Path) -> None:
    done = _killed(module, tmp_path)
    assert (done.code, done.out) == (70, ""), done.err
    folder = RunFolder(tmp_path / "run")
    assert folder.read_record().status is RunStatus.FAILED
    assert read_samples(folder.samples).height > 0
    assert "Verdict: ? inconclusive" in brownout("judge", folder.path, cwd=tmp_path).out


def test_when_the_subscriber_dies_the_run_fails_and_says_so(tmp_path: Path) -> None:
    done = _killed("scenarios.subscriber", tmp_path, "--set", "traffic.feeds={streams: [trade], user_data: true}")
    assert (done.code, done.out) == (70, ""), done.err
    folder = RunFolder(tmp_path / "run")
    assert folder.read_record().status is RunStatus.FAILED
    (failed,) = [event for event in read_events(folder.events) if event.kind is EventKind.RUN_FAILED]
    assert failed.subject == "subscriber"
    assert "Verdict: ? inconclusive" in brownout("judge", folder.path, cwd=tmp_path).out


def test_a_worker_that_dies_is_named_and_what_the_others_measured_is_kept(tmp_path: Path) -> None:
    done = _killed("scenarios.generator", tmp_path, "--workers", "2")
    assert (done.code, done.out) == (70, ""), done.err
    folder = RunFolder(tmp_path / "run")
    assert folder.read_record().status is RunStatus.FAILED
    (failed,) = [event for event in read_events(folder.events) if event.kind is EventKind.RUN_FAILED]
    assert failed.subject in ("generator-0", "generator-1")
    dead = int(failed.subject[-1])
    samples = read_samples(folder.samples)
    assert set(samples["worker"]) == {0, 1}
    assert samples["arrival"].is_unique().all()
    survivor = samples.filter(pl.col("worker") != dead)["arrival"].sort().to_list()
    assert survivor == list(range(1 - dead, 2 * len(survivor), 2)), "it lost nothing"
    judged = json.loads(brownout("judge", folder.path, "--json", cwd=tmp_path).out)
    assert {objective["status"] for objective in judged["objectives"]} == {"inconclusive"}
    (reason,) = [reason for reason in judged["reasons"] if reason["kind"] == "run incomplete"]
    assert reason["subject"] == failed.subject
    assert f"{failed.subject} ended before its last word" in reason["message"]
    assert f"failed at {failed.at_ns / 1e9:.1f} s" in reason["message"]


def test_a_reader_that_leaves_does_not_change_the_verdict(tmp_path: Path) -> None:
    assert brownout("run", "smoke", "--out", "run", "--report-only", cwd=tmp_path).code == 0
    judging = subprocess.Popen(
        command_line(["judge", "run", "--report-only", "--json"]), cwd=tmp_path, stdout=subprocess.PIPE
    )
    assert judging.stdout is not None
    judging.stdout.close()
    assert judging.wait(timeout=60) == 0


def test_no_secret_is_left_in_the_run_folder(tmp_path: Path) -> None:
    override = "target.exchange.admin_token=only-for-me"
    assert brownout("run", "smoke", "--set", override, "--out", "run", "--report-only", cwd=tmp_path).code == 0
    holding = [path for path in (tmp_path / "run").rglob("*") if path.is_file() and b"only-for-me" in path.read_bytes()]
    assert holding == []


def _killed(module: str, cwd: Path, *options: str) -> Finished:
    """Run a scenario and kill one of its processes with SIGKILL while its traffic flows."""
    run = start_brownout("run", "pause", "--out", "run", *options, cwd=cwd)
    folder = RunFolder(cwd / "run")
    wait_until(lambda: _has_begun(folder), "the traffic")
    _process_of(run.pid, module).kill()
    out, err = run.communicate(timeout=120)
    assert not any(process.is_running() for process in psutil.process_iter() if str(cwd) in " ".join(_words(process)))
    return Finished(run.returncode, out, err)


def _process_of(pid: int, module: str) -> psutil.Process:
    return next(process for process in descendants(pid) if module in _words(process))


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _has_begun(folder: RunFolder) -> bool:
    """The fault of the scenario comes some seconds after its traffic."""
    return any(event.kind is EventKind.FAULT_APPLIED for event in read_events(folder.events))


def _exited(folder: RunFolder) -> list[str]:
    return [event.subject for event in read_events(folder.events) if event.kind is EventKind.PROCESS_EXITED]
