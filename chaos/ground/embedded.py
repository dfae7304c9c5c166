"""A target that runs as a process of this host: stopped and resumed with signals."""

import signal
import time

from chaos.errors import CannotApply
from chaos.ground.holders import Holders
from chaos.processes import Process

_STOP_WITHIN_S = 2.0
_LOOK_EVERY_S = 0.001


class EmbeddedProcess:
    """ProcessControl over signals; it never signals a process that got the same number later."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._process = Process.of(pid)
        self._holders = Holders(self._stop, self._continue)

    def pause(self, holder: str) -> None:
        self._holders.add(holder)

    def resume(self, holder: str) -> None:
        self._holders.remove(holder)

    def alive(self) -> bool:
        return self._process is not None and self._process.alive()

    def _stop(self) -> None:
        if self._process is None or not self._process.send(signal.SIGSTOP):
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
