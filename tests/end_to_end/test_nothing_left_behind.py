"""However a run ends in the middle of a pause, no process of it is left, running or stopped."""

import signal
from pathlib import Path

import psutil
import pytest

from slo.history import EventKind, RunFolder, read_events, read_samples
from tests.end_to_end.commands import brownout, descendants, start_brownout
from tests.end_to_end.waiting import wait_until

pytestmark = pytest.mark.slow

GONE_SECONDS_MAX = 10.0
"""What the project promises; the only wall-clock limit that these tests assert."""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_process_is_left_after(ending: signal.Signals, tmp_path: Path) -> None:
    run = start_brownout("run", "pause", "--out", "run", cwd=tmp_path)
    folder = RunFolder(tmp_path / "run")
    wait_until(lambda: _paused(folder), "the pause")
    ours = descendants(run.pid)
    assert {"exchange stopped"} == {"exchange stopped" for process in ours if process.status() == psutil.STATUS_STOPPED}
    assert len(ours) >= 4, "exchange, proxy, generator and guardian"
    run.send_signal(ending)
    run.communicate(timeout=60)
    wait_until(lambda: not any(_lives(process) for process in ours), "the end of every process", GONE_SECONDS_MAX)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _paused(folder: RunFolder) -> bool:
    return any(event.kind is EventKind.FAULT_APPLIED for event in read_events(folder.events))


def test_a_run_that_is_killed_keeps_what_was_measured_and_no_secret(tmp_path: Path) -> None:
    run = start_brownout("run", "pause", "--out", "run", cwd=tmp_path)
    folder = RunFolder(tmp_path / "run")
    wait_until(lambda: any(folder.samples.glob("*.parquet")), "stored samples")
    ours = descendants(run.pid)
    run.kill()
    run.communicate(timeout=60)
    wait_until(lambda: not any(_lives(process) for process in ours), "the end of every process", GONE_SECONDS_MAX)
    assert read_samples(folder.samples).height > 0
    logs = {path.name: path.read_text(encoding="utf-8") for path in folder.logs.iterdir() if path.is_file()}
    assert not [name for name, text in logs.items() if "Traceback" in text or "secret" in text]
    assert brownout("judge", "run", cwd=tmp_path).code == 2, "a run that did not come to its end shows nothing"
