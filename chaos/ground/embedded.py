"""A target that runs as a process of this host: signals stop, resume and end it; whoever started it starts it again."""

import signal
import time
from collections.abc import Callable

from chaos.errors import CannotApply, CannotHeal
from chaos.ground.duty_cycle import DutyCycle
from chaos.ground.holders import Holders
from chaos.ground.keeper import NOBODY, Keeper
from chaos.ground.limits import CpuLimits
from chaos.processes import Process

_STOP_WITHIN_S = 2.0
_END_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.001


class EmbeddedProcess:
    """ProcessControl over signals; it never signals a process that got the same number later.

    ``start_again`` starts the process anew where it was, and returns its id once it serves; it raises CannotHeal.
    ``keeper`` lets it run again should we die: for a process that is not ended with the run anyway.
    """

    def __init__(self, pid: int, start_again: Callable[[], int] | None = None, keeper: Keeper = NOBODY) -> None:
        self._keeper = keeper
        self._process = Process.of(pid)
        self._pid = pid
        self._start_again = start_again
        self._pauses = Holders(self._stop, self._continue)
        self._downs = Holders(self._end, self._bring_up)
        self._limits = CpuLimits(self._limit)
        self._cycle: DutyCycle | None = None
        self._ends_gracefully = False

    def pause(self, holder: str) -> None:
        self._pauses.add(holder)

    def resume(self, holder: str) -> None:
        self._pauses.remove(holder)

    def take_down(self, holder: str, *, gracefully: bool) -> None:
        if self._start_again is None:
            raise CannotApply(f"process {self._pid} was started by somebody else, and could not be started again")
        self._ends_gracefully = gracefully
        self._downs.add(holder)

    def bring_up(self, holder: str) -> None:
        self._downs.remove(holder)

    @property
    def is_down(self) -> bool:
        return self._downs.held

    def limit_cpu(self, holder: str, percent: float) -> None:
        self._limits.add(holder, percent)

    def lift_cpu_limit(self, holder: str) -> None:
        self._limits.remove(holder)

    def cut_off(self, holder: str) -> None:  # noqa: ARG002 - a process shares this host's network with its clients
        raise CannotApply("a process of this host has no network of its own to be taken off; use a compose target")

    def reconnect(self, holder: str) -> None:
        """It was never cut off."""

    def leftovers(self) -> list[str]:
        status = self._process.status() if self._process is not None else None
        if status is None:
            return [f"process {self._pid} has ended"]
        found = [f"process {self._pid} is stopped"] if status.stopped else []
        return found + ([f"process {self._pid} is limited to {self._cycle.percent:g} %"] if self._cycle else [])

    def alive(self) -> bool:
        return self._process is not None and self._process.alive()

    # Standing still

    def _stop(self) -> None:
        if self._process is None:
            raise CannotApply(f"process {self._pid} has ended and cannot be paused")
        self._keeper.keep(f"stopped-{self._pid}", "resume", str(self._pid), *self._process.born.split())
        if not self._process.send(signal.SIGSTOP):
            self._continue()
            raise CannotApply(f"process {self._pid} has ended and cannot be paused")
        try:
            self._wait_until_stopped(self._process)
        except CannotApply:
            self._continue()
            raise

    def _wait_until_stopped(self, process: Process) -> None:
        """A signal is delivered some time after kill(2) returns; only a stopped process is a paused one."""
        deadline = time.monotonic() + _STOP_WITHIN_S
        while time.monotonic() < deadline:
            status = process.status()
            if status is None:
                raise CannotApply(f"process {self._pid} ended while it was being paused")
            if status.stopped:
                return
            time.sleep(_LOOK_EVERY_S)
        raise CannotApply(f"process {self._pid} did not stop within {_STOP_WITHIN_S} s of SIGSTOP")

    def _continue(self) -> None:
        if self._process is not None:
            self._process.send(signal.SIGCONT)
            self._keeper.let_go(f"stopped-{self._process.pid}")

    # A part of the processor

    def _limit(self, percent: float | None) -> None:
        cycle, self._cycle = self._cycle, None
        if cycle is not None:
            cycle.end()
        if percent is not None:
            if not self.alive():
                raise CannotApply(f"process {self._pid} has ended and cannot be limited")
            self._cycle = DutyCycle(self._stop_in_turn, lambda: self.resume(_IN_TURN), percent)
            self._cycle.start()

    def _stop_in_turn(self) -> None:
        if self.alive():  # a fault that takes it down may have come between
            try:
                self.pause(_IN_TURN)
            except CannotApply:
                return

    # Down and up

    def _end(self) -> None:
        process = self._process
        if process is None or not process.send(signal.SIGTERM if self._ends_gracefully else signal.SIGKILL):
            raise CannotApply(f"process {self._pid} has ended already")
        deadline = time.monotonic() + _END_WITHIN_S
        while process.alive():
            if time.monotonic() > deadline:
                process.send(signal.SIGKILL)  # SIGTERM does not reach one that is paused
                deadline += _END_WITHIN_S
            time.sleep(_LOOK_EVERY_S)

    def _bring_up(self) -> None:
        if self.alive():
            return
        if self._start_again is None:
            return  # nobody has taken it down
        self._pid = self._start_again()
        self._process = Process.of(self._pid)
        if self._process is None:
            raise CannotHeal(f"process {self._pid} has ended again")
        if self._pauses.held:
            self._stop()


_IN_TURN = "cpu limit"
"""Holds the process in the part of each period in which it stands still."""
