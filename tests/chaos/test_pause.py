"""The pause fault on real processes: stopped while it is in force, running once it is healed."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from chaos.errors import CannotApply
from chaos.ground import Ground
from chaos.ground.embedded import EmbeddedProcess
from chaos.kinds.process.pause import Pause
from chaos.processes import Process, status_of
from chaos.selector import ALL
from tests.chaos.waiting import until


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen(["sleep", "600"], start_new_session=True)
    yield running
    running.kill()
    running.wait()


def stopped(process: "subprocess.Popen[bytes]") -> bool:
    status = status_of(process.pid)
    return status is not None and status.stopped


def test_the_process_stands_still_while_paused_and_runs_when_healed(process: "subprocess.Popen[bytes]") -> None:
    with Pause().applied(Ground(process=EmbeddedProcess(process.pid)), "a", ALL):
        assert stopped(process)
    until(lambda: not stopped(process), "the process runs again")


def test_it_is_healed_when_the_body_raises(process: "subprocess.Popen[bytes]") -> None:
    ground = Ground(process=EmbeddedProcess(process.pid))
    with suppress(ZeroDivisionError), Pause().applied(ground, "a", ALL):
        raise ZeroDivisionError
    until(lambda: not stopped(process), "the process runs again")


def test_overlapping_pauses_end_with_the_last(process: "subprocess.Popen[bytes]") -> None:
    control = EmbeddedProcess(process.pid)
    control.pause("first")
    control.pause("second")
    control.resume("first")
    assert stopped(process)
    control.resume("second")
    until(lambda: not stopped(process), "the process runs again")


def test_resuming_again_changes_nothing(process: "subprocess.Popen[bytes]") -> None:
    control = EmbeddedProcess(process.pid)
    control.pause("a")
    for _ in range(3):
        control.resume("a")
    until(lambda: not stopped(process), "the process runs again")
    assert control.alive()


def test_a_process_that_has_ended_cannot_be_paused(process: "subprocess.Popen[bytes]") -> None:
    control = EmbeddedProcess(process.pid)
    process.kill()
    until(lambda: not control.alive(), "the process is dead, though nobody has reaped it")
    with pytest.raises(CannotApply, match="has ended"), Pause().applied(Ground(process=control), "a", ALL):
        pass


def test_a_process_that_ends_while_it_is_paused_is_healed_without_complaint(
    process: "subprocess.Popen[bytes]",
) -> None:
    with Pause().applied(Ground(process=EmbeddedProcess(process.pid)), "a", ALL):
        process.kill()
        process.wait()


def test_without_a_process_it_cannot_be_applied() -> None:
    with pytest.raises(CannotApply, match="no process"), Pause().applied(Ground(), "a", ALL):
        pass


def test_a_process_that_got_the_number_of_another_is_not_touched(process: "subprocess.Popen[bytes]") -> None:
    former = Process(process.pid, born="before this one")
    assert not former.alive()
    assert not former.send(signal.SIGKILL)
    assert not former.send_to_group(signal.SIGKILL)
    assert process.poll() is None


def test_a_group_that_the_process_does_not_lead_is_not_signalled() -> None:
    # The child shares this test run's group: a signal to the group would end the tests.
    child = subprocess.Popen(["sleep", "600"])
    assert os.getpgid(child.pid) == os.getpgrp()
    held = Process.of(child.pid)
    assert held is not None
    assert held.send_to_group(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def test_ids_that_mean_more_than_one_process_are_refused() -> None:
    for pid in (-1, 0, 1):
        with pytest.raises(ValueError, match="greater than 1"):
            Process.of(pid)
