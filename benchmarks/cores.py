"""Processes on cores of their own: who measures must not slow down what is measured."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
STOP_SECONDS = 10


class CannotMeasure(Exception):
    """The host lacks what the benchmark needs, or a contender did not do what it must; the text says which."""


@dataclass(frozen=True, slots=True)
class Cores:
    """One core for what serves, one for what loads."""

    serving: int
    loading: int


def two_cores() -> Cores:
    """The first two cores that we may use. Raises CannotMeasure where there is only one."""
    ours = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(ours) < 2:
        raise CannotMeasure("load and server need a core each, on Linux; this host gives us fewer than two")
    return Cores(serving=ours[0], loading=ours[1])


def tool(name: str, way_out: str) -> str:
    """Path of a program, of this environment first. Raises CannotMeasure."""
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        raise CannotMeasure(f"{name} is missing: {way_out}")
    return found


def pinned(core: int, command: Sequence[str]) -> list[str]:
    """The command, to run on that core only, its threads and children included."""
    return [tool("taskset", "install util-linux"), "-c", str(core), *command]


@contextmanager
def running(core: int, command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """The command on its core, its standard output a pipe; stopped in the end, with everything it started."""
    with log.open("a") as errors:
        process = subprocess.Popen(
            pinned(core, command), cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """Ask the process's group to end, and insist after a while. Safe on one that has ended."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, how)
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


@contextmanager
def serving(core: int, command: Sequence[str], log: Path) -> Iterator[dict[str, Any]]:
    """A server that says in one JSON line on standard output when it serves, and where: that line, and its ``pid``
    unless the line names the process that does the work."""
    with running(core, command, log) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise CannotMeasure(f"{' '.join(command)} did not start: {log.read_text()[-500:]}")
        yield {"pid": process.pid} | json.loads(line)


def processor_seconds(pid: int) -> float:
    """Processor time that the process has used so far, all its threads together, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
