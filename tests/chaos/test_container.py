"""Pausing a target that runs in a container."""

from collections.abc import Iterator

import docker
import pytest
from docker.models.containers import Container as DockerContainer

from chaos.errors import CannotApply
from chaos.ground import Ground
from chaos.ground.container import Container
from chaos.kinds.process.pause import Pause
from chaos.selector import ALL

pytestmark = pytest.mark.docker


@pytest.fixture
def sleeping() -> Iterator[DockerContainer]:
    engine = docker.from_env()
    container = engine.containers.run("python:3.13-slim-bookworm", ["sleep", "600"], detach=True)
    yield container
    container.remove(force=True)
    engine.close()


def state(container: DockerContainer) -> str:
    container.reload()
    return str(container.status)


def test_the_container_stands_still_while_paused_and_runs_when_healed(sleeping: DockerContainer) -> None:
    with Pause().applied(Ground(process=Container(sleeping)), "a", ALL):
        assert state(sleeping) == "paused"
    assert state(sleeping) == "running"


def test_overlapping_pauses_end_with_the_last_and_resuming_again_changes_nothing(sleeping: DockerContainer) -> None:
    control = Container(sleeping)
    control.pause("first")
    control.pause("second")
    control.resume("first")
    assert state(sleeping) == "paused"
    control.resume("second")
    control.resume("second")
    assert state(sleeping) == "running"
    assert control.alive()


def test_a_container_that_has_ended_cannot_be_paused(sleeping: DockerContainer) -> None:
    sleeping.kill()
    control = Container(sleeping)
    assert not control.alive()
    with pytest.raises(CannotApply, match="cannot be paused"), Pause().applied(Ground(process=control), "a", ALL):
        pass
