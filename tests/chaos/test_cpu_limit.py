"""Limited, a busy process gets its share of a core and no more; healed, it gets what it wants."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.errors import CannotApply, InvalidFault
from chaos.ground import Ground
from chaos.ground.embedded import EmbeddedProcess
from chaos.kinds.process.cpu_limit import CpuLimit
from chaos.kinds.process.pause import Pause
from chaos.processes import status_of
from chaos.selector import ALL
from tests.chaos.waiting import until

WORKS = "while True: sum(range(20_000))"
LOOK_S = 0.6

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def busy() -> Iterator["subprocess.Popen[bytes]"]:
    """Works without end."""
    running = subprocess.Popen([sys.executable, "-c", WORKS])
    yield running
    running.kill()
    running.wait()


def used_s(pid: int) -> float:
    """Processor seconds of a process so far (proc(5): utime and stime in ticks of 10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def share(pid: int) -> float:
    """Of a core, as far as the host lets it have one."""
    before, began = used_s(pid), time.monotonic()
    time.sleep(LOOK_S)
    return (used_s(pid) - before) / (time.monotonic() - began)


def test_a_busy_process_gets_its_share_and_no_more(busy: "subprocess.Popen[bytes]") -> None:
    free = share(busy.pid)
    with CpuLimit(cpu_percent=20).applied(Ground(EmbeddedProcess(busy.pid)), "c", ALL):
        limited = share(busy.pid)
    assert 0.02 < limited < 0.35
    assert limited < free / 2
    assert share(busy.pid) > limited * 1.5
    status = status_of(busy.pid)
    assert status is not None
    assert not status.stopped


def test_the_lowest_of_several_limits_holds_until_it_is_lifted(busy: "subprocess.Popen[bytes]") -> None:
    control = EmbeddedProcess(busy.pid)
    control.limit_cpu("high", 90)
    control.limit_cpu("low", 5)
    low = share(busy.pid)
    control.lift_cpu_limit("low")
    high = share(busy.pid)
    control.lift_cpu_limit("high")
    control.lift_cpu_limit("high")
    assert low < high / 2


def test_a_pause_within_a_limit_stands_still(busy: "subprocess.Popen[bytes]") -> None:
    control = EmbeddedProcess(busy.pid)
    with CpuLimit(cpu_percent=50).applied(Ground(control), "c", ALL):
        with Pause().applied(Ground(control), "p", ALL):
            assert share(busy.pid) < 0.02
        until(lambda: share(busy.pid) > 0.05, "work after the pause")


def test_a_process_that_has_ended_cannot_be_limited(busy: "subprocess.Popen[bytes]") -> None:
    control = EmbeddedProcess(busy.pid)
    busy.kill()
    until(lambda: not control.alive(), "its end")
    with pytest.raises(CannotApply, match="has ended"), CpuLimit(cpu_percent=50).applied(Ground(control), "c", ALL):
        pass


def test_a_share_that_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidFault, match=r"with\.cpu_percent: 0 must be at least 1"):
        CpuLimit(cpu_percent=0)
