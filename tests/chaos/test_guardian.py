"""The guardian cleans up after a run that was killed, and only after that run."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import docker
import pytest

from chaos.guardian import Guardian, NotGuardedError
from chaos.guardian.holding import HeldProcess, Holding, release_line
from chaos.processes import Process, born_of, status_of
from tests.chaos.waiting import until

OWNER = """
    import subprocess, sys, time
    from pathlib import Path
    from chaos.guardian import Guardian
    from chaos.ground.embedded import EmbeddedProcess

    guardian = Guardian(Path(sys.argv[1]))
    guardian.start()
    ignores_term = "trap '' TERM; while :; do sleep 1; done"
    paused = subprocess.Popen(["sleep", "600"], start_new_session=True)
    stubborn = subprocess.Popen(["sh", "-c", ignores_term], start_new_session=True)
    guardian.hold_process(paused.pid)
    guardian.hold_process(stubborn.pid)
    EmbeddedProcess(paused.pid).pause("a")
    print(paused.pid, stubborn.pid, guardian.pid, flush=True)
    time.sleep(600)
"""


def start_owner(log: Path) -> tuple["subprocess.Popen[str]", list[int]]:
    """A run that has paused a process, and the ids of what it holds and of its guardian."""
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), str(log)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner.stdout:
        return owner, [int(pid) for pid in owner.stdout.readline().split()]


def gone(pid: int) -> bool:
    status = status_of(pid)
    return status is None or status.gone


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen(["sleep", "600"], start_new_session=True)
    yield running
    running.kill()
    running.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_killed_run_held_is_resumed_and_ended(number: signal.Signals, tmp_path: Path) -> None:
    owner, pids = start_owner(tmp_path / "log")
    paused = status_of(pids[0])
    assert paused is not None
    assert paused.stopped
    owner.send_signal(number)
    owner.wait()
    until(lambda: all(gone(pid) for pid in pids), "everything has ended, the guardian last", seconds=10)
    assert "the run is gone" in (tmp_path / "log").read_text()


def test_the_terminals_signals_do_not_end_the_guardian(tmp_path: Path) -> None:
    owner, pids = start_owner(tmp_path / "log")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pids[2], number)
    assert os.getsid(pids[2]) == pids[2]
    owner.kill()
    owner.wait()
    until(lambda: all(gone(pid) for pid in pids), "everything has ended", seconds=10)


def test_it_notices_a_dead_run_even_while_another_holds_the_pipe_open(process: "subprocess.Popen[bytes]") -> None:
    reading, writing = os.pipe()
    owner = subprocess.Popen(["sleep", "600"])
    command = [sys.executable, "-m", "chaos.guardian", "--owner", str(owner.pid), born_of(owner.pid)]
    guardian = subprocess.Popen(command, stdin=reading)
    os.write(writing, f"hold pid {process.pid}\n".encode())
    owner.kill()
    owner.wait()
    assert guardian.wait(20) == 0
    assert process.wait() == -signal.SIGTERM
    os.close(reading)
    os.close(writing)


def test_children_of_a_held_process_end_with_it(tmp_path: Path) -> None:
    child = tmp_path / "child"
    command = ["sh", "-c", f"sleep 600 & echo $! > {child}; wait"]
    parent = subprocess.Popen(command, start_new_session=True)
    with Guardian() as guardian:
        guardian.hold_process(parent.pid)
        until(lambda: child.exists() and child.read_text().strip(), "the child runs")
    assert parent.wait() == -signal.SIGTERM
    until(lambda: gone(int(child.read_text())), "the child has ended, too")


def test_what_has_been_released_is_left_alone(process: "subprocess.Popen[bytes]") -> None:
    with Guardian() as guardian:
        guardian.hold_process(process.pid)
        guardian.release(process.pid)
        guardian.release("a project that was never held")
    assert process.poll() is None


def test_a_process_that_got_a_held_ones_number_is_left_alone(process: "subprocess.Popen[bytes]") -> None:
    command = [sys.executable, "-m", "chaos.guardian"]
    line = HeldProcess(Process(process.pid, born="long ago")).hold_line() + "\n"
    assert subprocess.run(command, input=line.encode(), check=False, timeout=20).returncode == 0
    assert process.poll() is None


def test_a_line_that_means_nothing_does_not_end_it(process: "subprocess.Popen[bytes]") -> None:
    lines = (
        f"hold the line\nhold pid x\nhold pid 1\nhold pid {process.pid}\nrelease pid {process.pid}"  # the last is torn
    )
    command = [sys.executable, "-m", "chaos.guardian"]
    done = subprocess.run(command, input=lines.encode(), check=False, timeout=20, stderr=subprocess.PIPE)
    assert b"'hold the line'" in done.stderr
    assert process.wait() == -signal.SIGTERM


def test_to_hold_without_a_guardian_is_an_error_and_to_release_is_not(process: "subprocess.Popen[bytes]") -> None:
    guardian = Guardian()
    with pytest.raises(NotGuardedError):
        guardian.hold_process(process.pid)
    guardian.release(process.pid)
    guardian.close()


def test_a_guardian_is_alive_from_start_to_close() -> None:
    guardian = Guardian()
    assert not guardian.alive()
    with guardian:
        assert guardian.alive()
    assert not guardian.alive()


def test_a_guardian_that_died_is_noticed(process: "subprocess.Popen[bytes]") -> None:
    guardian, pid = dead_guardian()
    ended = rf"the guardian \(pid {pid}\) has ended; nothing would clean up after a killed run"
    with pytest.raises(NotGuardedError, match=ended):
        guardian.hold_process(process.pid)
    with pytest.raises(NotGuardedError, match=ended):
        guardian.hold_compose("a-project")
    assert not guardian.alive()
    guardian.close()


def test_to_release_and_to_close_need_no_living_guardian(process: "subprocess.Popen[bytes]") -> None:
    guardian, _ = dead_guardian()
    guardian.release(process.pid)
    guardian.release("a-project")
    guardian.close()
    guardian.close()
    assert process.poll() is None


def dead_guardian() -> tuple[Guardian, int]:
    """One that was killed after it had started, and its process id."""
    guardian = Guardian()
    guardian.start()
    pid = guardian.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: gone(pid), "the guardian is dead")
    return guardian, pid


def test_the_holding_is_what_was_held_and_not_released(process: "subprocess.Popen[bytes]") -> None:
    holding = Holding()
    held = Process.of(process.pid)
    assert held is not None
    for line in (HeldProcess(held).hold_line(), "hold compose a", "hold compose b", release_line("a")):
        holding.hear(line)
    assert holding.processes == {process.pid: held}
    assert list(holding.projects) == ["b"]
    holding.hear(release_line(process.pid))
    assert not holding.processes


UNHELD = """
    import subprocess, sys, time
    from chaos.guardian import Guardian

    guardian = Guardian()
    guardian.start()
    command = ["sh", "-c", "setsid sleep 600 & echo $!; wait"]
    child = subprocess.Popen(command, start_new_session=True, env=guardian.environment)
    print(f"{child.pid}\\n", end="", flush=True)  # in one write: the child writes to the same pipe
    if sys.argv[1] == "close":
        guardian.close()
    else:
        time.sleep(600)
"""


def start_unheld(ending: str) -> tuple["subprocess.Popen[str]", list[int]]:
    """A run that holds nothing of what it started, and the ids of what it started."""
    owner = subprocess.Popen([sys.executable, "-c", textwrap.dedent(UNHELD), ending], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner.stdout:
        return owner, [int(owner.stdout.readline()) for _ in range(2)]


@pytest.mark.skipif(sys.platform != "linux", reason="environments of processes are read from /proc")
def test_what_a_killed_run_had_started_and_not_yet_held_is_ended_with_all_that_it_started() -> None:
    owner, pids = start_unheld("wait")
    owner.kill()
    owner.wait()
    until(lambda: all(gone(pid) for pid in pids), "everything has ended", seconds=10)


def test_what_was_started_and_never_held_is_left_alone_when_the_run_ends_well() -> None:
    owner, pids = start_unheld("close")
    assert owner.wait(20) == 0
    assert not any(gone(pid) for pid in pids)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.docker
def test_a_compose_project_of_a_killed_run_is_removed() -> None:
    engine = docker.from_env()
    project = f"brownout-test-{uuid4().hex[:8]}"
    labels = {"com.docker.compose.project": project}
    image = "python:3.13-slim-bookworm"
    network = engine.networks.create(project, labels=labels)
    engine.volumes.create(project, labels=labels)
    container = engine.containers.run(
        image, ["sleep", "600"], labels=labels, network=project, volumes=[f"{project}:/data"], detach=True
    )
    container.pause()
    assert network.name == project
    subprocess.run(
        [sys.executable, "-m", "chaos.guardian"], input=f"hold compose {project}\n".encode(), check=True, timeout=90
    )
    label: dict[str, str | list[str] | bool] = {"label": f"com.docker.compose.project={project}"}
    assert not engine.containers.list(all=True, filters=label)
    assert not engine.networks.list(filters=label)
    assert not engine.volumes.list(filters=label)
    engine.close()
