"""A run that waits for its generators, and workers that join it, each as a user starts them."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from slo.history import Event, EventKind, RunFolder, read_events
from tests.end_to_end.commands import Finished, command_line
from tests.end_to_end.waiting import wait_until

SECRET = "only for the tests, and long enough"
ENDS_SECONDS_MAX = 90.0


@dataclass
class Started:
    """A ``brownout`` command that goes on."""

    process: "subprocess.Popen[str]"

    def finish(self) -> Finished:
        out, err = self.process.communicate(timeout=ENDS_SECONDS_MAX)
        return Finished(self.process.returncode, out, err)


@dataclass
class Run:
    """``brownout run --listen`` below ``cwd``, whose folder is ``run``."""

    cwd: Path
    command: Started
    started: list[Started]

    @property
    def folder(self) -> RunFolder:
        return RunFolder(self.cwd / "run")

    def events(self, kind: EventKind) -> list[Event]:
        return [event for event in read_events(self.folder.events) if event.kind is kind]

    @property
    def address(self) -> str:
        awaited = EventKind.WORKERS_AWAITED
        wait_until(lambda: bool(self.events(awaited)) or self.command.process.poll() is not None, "waiting for workers")
        assert self.events(awaited), self.command.finish().err
        return self.events(awaited)[0].subject

    def worker(self, *options: str, secret: str = SECRET) -> Started:
        """Start a worker. The caller may wait for it; it is ended in any case."""
        self.started.append(start(["worker", "--master", self.address, *options], self.cwd, secret))
        return self.started[-1]

    def workers(self, count: int) -> list[Started]:
        """Each after the one before has joined, so that their numbers are those of the list."""
        joined = []
        for _ in range(count):
            joined.append(self.worker())
            wait_until(lambda: len(self.events(EventKind.WORKER_JOINED)) == len(joined), "joining")
        return joined

    def has_begun(self) -> bool:
        return bool(self.events(EventKind.PHASE_STARTED))


@dataclass(frozen=True)
class Family:
    """A command and all that it has started, to be asked later what of it is left."""

    processes: list[psutil.Process] = field(default_factory=list)

    @classmethod
    def of(cls, *commands: Started) -> "Family":
        parents = [psutil.Process(command.process.pid) for command in commands]
        return cls([each for parent in parents for each in (parent, *parent.children(recursive=True))])

    def left(self) -> list[psutil.Process]:
        return [each for each in self.processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def start(arguments: Sequence[str], cwd: Path, secret: str = SECRET) -> Started:
    return Started(
        subprocess.Popen(
            command_line(arguments),
            cwd=cwd,
            env={**os.environ, "BROWNOUT_JOIN_KEY": secret},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    )


@contextmanager
def listening_run(cwd: Path, scenario: str, *options: str, at: str = "127.0.0.1") -> Iterator[Run]:
    """A run that waits for its workers at an address of this host; all that was started is ended on the way out."""
    command = start(["run", scenario, "--listen", f"{at}:0", "--out", "run", *options], cwd)
    run = Run(cwd, command, [])
    try:
        yield run
    finally:
        for each in (command, *run.started):
            each.process.terminate()
        for each in (command, *run.started):
            each.finish()
