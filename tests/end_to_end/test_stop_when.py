"""A run whose error budget burns too fast ends before its time, heals, and says how long that took."""

from pathlib import Path

import pytest

from slo.history import EventKind, RunFolder, RunStatus, read_events, read_samples
from tests.end_to_end.commands import brownout

pytestmark = pytest.mark.slow

LIMIT = ("--set", "stop_when={burn_rate: 50, over: 2s}")


def test_a_pause_that_burns_the_budget_ends_the_run(tmp_path: Path) -> None:
    done = brownout("run", "pause", *LIMIT, "--set", "faults[0].for=10s", "--out", "run", cwd=tmp_path)
    assert done.code == 1, done.err
    assert "aborted" in done.err
    folder = RunFolder(tmp_path / "run")
    record, events = folder.read_record(), read_events(folder.events)
    assert record.status is RunStatus.ABORTED
    assert read_samples(folder.samples).height == record.scheduled
    (stop,) = [event for event in events if event.kind is EventKind.RUN_ABORTED]
    (healed,) = [event for event in events if event.kind is EventKind.FAULT_HEALED]
    (ended,) = [event for event in events if event.kind is EventKind.RUN_ENDED]
    assert record.faults[0].at_ns < stop.at_ns < healed.at_ns < ended.at_ns
    assert ended.at_ns < record.faults[0].at_ns + record.faults[0].for_ns
    assert 0 < float(str(stop.detail["noticed_after_ms"])) < float(str(stop.detail["healed_after_ms"]))
    assert "stop_when ended the run" in done.out
    assert "stopped by stop\\_when" in folder.report_markdown.read_text(encoding="utf-8")


def test_a_limit_that_no_objective_can_reach_is_refused(tmp_path: Path) -> None:
    limit = "stop_when={burn_rate: 1001, over: 2s}"
    done = brownout("run", "pause", "--set", limit, "--out", "run", cwd=tmp_path)
    assert done.code == 64
    assert "stop_when.burn_rate: 1001.0 can never be reached" in done.err
    assert not (tmp_path / "run").exists()
