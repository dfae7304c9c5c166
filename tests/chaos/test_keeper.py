"""What was done to a process or container of somebody else's is undone should whoever did it die before."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator

import docker
import pytest
from docker.models.containers import Container as DockerContainer

from chaos.guardian.holding import Holding, undo_line
from chaos.processes import status_of
from tests.chaos.waiting import until

HOLDS = """
    import sys, time
    import docker
    from chaos.guardian import Guardian
    from chaos.ground.container import Container
    from chaos.ground.embedded import EmbeddedProcess

    kind, subject, act = sys.argv[1:]
    guardian = Guardian()
    guardian.start()
    if kind == "process":
        ground = EmbeddedProcess(int(subject), keeper=guardian)
    else:
        ground = Container(docker.from_env().containers.get(subject), ["bridge"], keeper=guardian)
    eval(act, {"ground": ground})
    print("done", flush=True)
    time.sleep(600)
"""


def killed_after(kind: str, subject: str, act: str) -> Iterator[None]:
    """Within: it has been done; afterwards, whoever did it has been killed."""
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDS), kind, subject, act], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == "done\n"
        yield
        owner.kill()
        owner.wait()


def is_stopped(pid: int) -> bool:
    status = status_of(pid)
    return status is not None and status.stopped


@pytest.mark.parametrize("act", ["ground.pause('x')", "ground.limit_cpu('x', 1)"])
def test_a_process_runs_again(act: str) -> None:
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        for _ in killed_after("process", str(stranger.pid), act):
            until(lambda: is_stopped(stranger.pid), "the process stands still")
        until(lambda: not is_stopped(stranger.pid), "the process runs again")
        assert stranger.poll() is None, "it is nobody's to end"
    finally:
        stranger.kill()
        stranger.wait()


@pytest.fixture
def stranger() -> Iterator[DockerContainer]:
    engine = docker.from_env()
    container = engine.containers.run("python:3.13-slim-bookworm", ["sleep", "600"], detach=True)
    yield container
    container.remove(force=True)
    engine.close()


def looked_at(container: DockerContainer) -> tuple[str, int, bool]:
    """Its status, its quota (0 for none), and whether it is on its network."""
    container.reload()
    quota = max(0, int(container.attrs["HostConfig"].get("CpuQuota") or 0))
    return container.status, quota, "bridge" in container.attrs["NetworkSettings"]["Networks"]


@pytest.mark.docker
@pytest.mark.parametrize(
    ("act", "meanwhile"),
    [
        ("ground.pause('x')", ("paused", 0, True)),
        ("ground.take_down('x', gracefully=False)", ("exited", 0, True)),
        ("ground.limit_cpu('x', 10)", ("running", 10_000, True)),
        ("ground.cut_off('x')", ("running", 0, False)),
    ],
)
def test_a_container_is_as_it_was(stranger: DockerContainer, act: str, meanwhile: tuple[str, int, bool]) -> None:
    for _ in killed_after("container", str(stranger.id), act):
        assert looked_at(stranger) == meanwhile
    until(lambda: looked_at(stranger) == ("running", 0, True), "the container is as it was")


@pytest.mark.parametrize("words", [["resume", "1 2"], ["resume", ""], ["erase", "1"], ["resume", "1\nhold"]])
def test_what_the_guardian_would_read_as_something_else_is_refused(words: list[str]) -> None:
    with pytest.raises(ValueError, match="no name and verb"):
        undo_line("name", words)


def test_what_was_let_go_of_is_forgotten() -> None:
    holding = Holding()
    holding.hear(undo_line("stopped-7", ["resume", "7", "123"]))
    assert holding.undos == {"stopped-7": ("resume", "7", "123")}
    holding.hear("release undo stopped-7")
    assert not holding
