"""The Compose target: the same scenario on containers, and none of them left, however it ends."""

import signal
from collections.abc import Iterator
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


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    yield client
    client.close()


def _containers_of_runs(engine: docker.DockerClient) -> list[Container]:
    everything: list[Container] = engine.containers.list(all=True, filters={"label": PROJECT_LABEL})
    return [one for one in everything if one.labels[PROJECT_LABEL].startswith("brownout-")]


def test_the_same_scenario_runs_on_containers_and_leaves_none(engine: docker.DockerClient, tmp_path: Path) -> None:
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
    assert _containers_of_runs(engine) == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_no_container_is_left_when_a_run_ends_in_the_middle_of_a_pause(
    ending: signal.Signals, engine: docker.DockerClient, tmp_path: Path
) -> None:
    run = start_brownout("run", "pause", "--target", "compose", "--out", "run", cwd=tmp_path)
    events = RunFolder(tmp_path / "run").events
    wait_until(
        lambda: any(event.kind is EventKind.FAULT_APPLIED for event in read_events(events)), "the pause", UP_SECONDS_MAX
    )
    run.send_signal(ending)
    run.communicate(timeout=120)
    wait_until(lambda: _containers_of_runs(engine) == [], "the end of every container", 60.0)
