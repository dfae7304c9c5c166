"""Which process a process id stands for, and in which state it is.

A process id alone is not an identity: once its process has been reaped, the kernel gives the number to another. The
time of birth beside it makes it one. Standard library only: the guardian has to start fast.
"""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_STATE, _GROUP, _BORN = 0, 2, 19
"""Places in /proc/PID/stat counted from the field after the name, which may itself hold spaces (proc(5))."""


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """``born`` is comparable for equality only; ``state`` is the letter that ps(1) shows; ``group`` the group's id."""

    born: str
    state: str
    group: int

    @property
    def stopped(self) -> bool:
        return self.state in ("T", "t")

    @property
    def gone(self) -> bool:
        return self.state in ("Z", "X", "x")


def status_of(pid: int) -> ProcessStatus | None:
    """What the process is doing, or None where there is no process of that id."""
    return _from_proc(pid) if _PROC.joinpath("self", "stat").exists() else _from_ps(pid)


def born_of(pid: int) -> str:
    """When the process that has this id now was born; empty where there is none."""
    status = status_of(pid)
    return "" if status is None else status.born


def _from_proc(pid: int) -> ProcessStatus | None:
    try:
        text = _PROC.joinpath(str(pid), "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return ProcessStatus(born=fields[_BORN], state=fields[_STATE], group=int(fields[_GROUP]))


def _from_ps(pid: int) -> ProcessStatus | None:
    command = ["/bin/ps", "-o", "state=,pgid=,lstart=", "-p", str(pid)]
    fields = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    if not fields:
        return None
    return ProcessStatus(born=" ".join(fields[2:]), state=fields[0][0], group=int(fields[1]))


@dataclass(frozen=True, slots=True)
class Process:
    """One particular process, whatever becomes of its number."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """The process that has this id now; None where there is none. Ids that mean a group or init are refused."""
        if pid <= 1:
            raise ValueError(f"process id {pid} must be greater than 1")
        status = status_of(pid)
        return None if status is None or status.gone else cls(pid, status.born)

    def status(self) -> ProcessStatus | None:
        """None once the process has ended, reaped or not, or its number belongs to another."""
        status = status_of(self.pid)
        return None if status is None or status.gone or status.born != self.born else status

    def alive(self) -> bool:
        return self.status() is not None

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to this process and no other; whether there was a process to send it to."""
        if not self.alive():
            return False
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
            return True
        return False

    def send_to_group(self, number: signal.Signals) -> bool:
        """Send to the whole group that this process leads, or leads no more because it has ended before its children.

        A process that leads no group shares that of whoever started it, which is not ours to signal: then it alone
        gets the signal.
        """
        status = status_of(self.pid)
        if status is not None and (status.born != self.born or status.group != self.pid):
            return self.send(number)
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
            os.killpg(self.pid, number)
            return True
        return False
