"""The guardian: what cleans up after a run that can no longer do so itself.

A run that gets SIGKILL heals nothing. So it starts, before all else, a tiny process in a session of its own and tells
it what it holds: processes and Compose projects. When the run is gone, the guardian resumes and ends the processes,
removes the projects, and ends. This is the run's side of it.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Self
from uuid import uuid4

from chaos.guardian.holding import MARK, HeldMark, HeldProcess, HeldProject, release_line, undo_line
from chaos.processes import Process, born_of

_SOURCES = str(Path(__file__).resolve().parents[2])
_CLOSE_WITHIN_S = 75.0
"""Longer than it takes to remove a Compose project that nobody released."""


class NotGuardedError(RuntimeError):
    """There is no guardian: it did not start, has not been started, has been closed, or has died."""


class Guardian:
    """Start it first and close it last. Thread-safe.

    What is still held when it is closed is ended as if the run had died, so release what has ended well. A guardian
    that dies is noticed: to hold something that nobody guards raises NotGuardedError, and ``alive()`` tells in between.

    A run may be killed after it has started a process and before it has held it. Processes that are started with
    ``environment`` are held from their first moment, with all that they start; they are ended when the run dies, and
    left alone when the guardian is closed.
    """

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._mark = HeldMark(uuid4().hex)

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with the run's mark, for the processes that the run starts."""
        return {**os.environ, MARK: self._mark.mark}

    def start(self) -> None:
        """Returns once the guardian guards. Raises NotGuardedError when it does not start."""
        pid = os.getpid()
        owner = [str(pid), born_of(pid)]
        with self._open_log() as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "chaos.guardian", "--owner", *owner],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # or the terminal's Ctrl-C and hang-up would reach it with the run
                env=_own_environment(),
            )
        with _opened(self._process.stdout) as first_words:
            if not first_words.readline():
                status = self._process.wait()
                self.close()
                raise NotGuardedError(f"the guardian did not start: exit status {status}")
        self._tell(self._mark.hold_line())

    def hold_process(self, pid: int) -> None:
        """Guard a process, with the group that it leads if it leads one. One that has ended already needs no guard."""
        process = Process.of(pid)
        if process is not None:
            self._tell(HeldProcess(process).hold_line())

    def hold_compose(self, project: str) -> None:
        """Guard a Compose project: containers, networks and volumes labelled with its name."""
        self._tell(HeldProject(project).hold_line())

    def keep(self, name: str, *undo: str) -> None:
        """Undo this if the run dies: a verb of ``chaos.guardian.undoing`` and its words. Raises NotGuardedError."""
        self._tell(undo_line(name, undo))

    def let_go(self, name: str) -> None:
        """What was kept by this name has been undone. Can be repeated."""
        with suppress(NotGuardedError):
            self._tell(f"release undo {name}")

    def release(self, held: int | str) -> None:
        """Guard a process (its id) or a Compose project (its name) no longer. Can be repeated."""
        with suppress(NotGuardedError):  # this is called where things end, and must not stop that
            self._tell(release_line(held))

    def close(self) -> None:
        """Tell the guardian that the run is over and wait until it has ended. Can be repeated."""
        with suppress(NotGuardedError):
            self._tell(self._mark.release_line())
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        _opened(process.stdin).close()
        process.wait(_CLOSE_WITHIN_S)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def alive(self) -> bool:
        """Whether a run that were killed now would be cleaned up after."""
        process = self._process
        return process is not None and process.poll() is None

    def _tell(self, line: str) -> None:
        with self._lock:
            if self._process is None:
                raise NotGuardedError("the guardian is not running: call start() before anything is held")
            try:
                _opened(self._process.stdin).write(line.encode() + b"\n")
            except BrokenPipeError as error:
                raise NotGuardedError(
                    f"the guardian (pid {self._process.pid}) has ended; nothing would clean up after a killed run"
                ) from error

    def _open_log(self) -> IO[bytes]:
        return Path(os.devnull if self._log is None else self._log).open("ab")


def _opened(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - Popen was told to open it
    return pipe


def _own_environment() -> dict[str, str]:
    """The guardian finds our sources wherever it is started, and carries no run's mark: none shall end it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [_SOURCES, os.environ.get("PYTHONPATH")]))}
    environment.pop(MARK, None)
    return environment


__all__ = ["Guardian", "NotGuardedError"]
