"""The Compose target: the same scenario on containers, and none of them left, however it ends."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest
from docker.models.containers import Container

from slo.history import EventKind, RunFolder, RunStatus, read_events, read_samples
from tests.end_to_end.commands import brownout, start_brownout
from tests.end_to_end.waiting import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]

PROJECT_LABEL = "com.docker.compose.project"
UP_SECONDS_MAX = 600.0
"""The first build of the image installs its packages."""


ContainersOfRuns = Callable[[], set[str]]
"""Ids of the containers of runs that were not there before the test: a host that died in a run may have left some."""


@pytest.fixture
def containers_of_runs() -> Iterator[ContainersOfRuns]:
    client = docker.from_env()
    before = _ids(client)
    yield lambda: _ids(client) - before
    client.close()


def _ids(engine: docker.DockerClient) -> set[str]:
    everything: list[Container] = engine.containers.list(all=True, filters={"label": PROJECT_LABEL})
    return {str(one.id) for one in everything if one.labels[PROJECT_LABEL].startswith("brownout-")}


def test_the_same_scenario_runs_on_containers_and_leaves_none(
    containers_of_runs: ContainersOfRuns, tmp_path: Path
) -> None:
    done = brownout("run", "pause", "--target", "compose", "--out", "run", "--report-only", cwd=tmp_path)
    assert done.code == 0, done.err
    folder = RunFolder(tmp_path / "run")
    record = folder.read_record()
    assert (record.target.kind, record.status) == ("compose", RunStatus.COMPLETE)
    assert read_samples(folder.samples).height == record.scheduled > 0
    assert folder.ledger.stat().st_size > 0
    kinds = [event.kind for event in read_events(folder.events)]
    assert kinds.count(EventKind.FAULT_APPLIED) == kinds.count(EventKind.FAULT_HEALED) == 1
    assert "pause-1" in read_samples(folder.samples)["fault"].unique()
    assert containers_of_runs() == set()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_no_container_is_left_when_a_run_ends_in_the_middle_of_a_pause(
    ending: signal.Signals, containers_of_runs: ContainersOfRuns, tmp_path: Path
) -> None:
    run = start_brownout("run", "pause", "--target", "compose", "--out", "run", cwd=tmp_path)
    events = RunFolder(tmp_path / "run").events
    wait_until(
        lambda: any(event.kind is EventKind.FAULT_APPLIED for event in read_events(events)), "the pause", UP_SECONDS_MAX
    )
    run.send_signal(ending)
    run.communicate(timeout=120)
    wait_until(lambda: containers_of_runs() == set(), "the end of every container", 60.0)
