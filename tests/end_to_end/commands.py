"""Running the real command line as a user does: as a process, from a folder of its own."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

COMMAND_SECONDS_MAX = 300


@dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str


def brownout(*arguments: str | Path, cwd: Path) -> Finished:
    """Run ``brownout`` to its end."""
    done = subprocess.run(
        command_line(arguments), cwd=cwd, capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX, check=False
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def start_brownout(*arguments: str | Path, cwd: Path) -> "subprocess.Popen[str]":
    """Start ``brownout``; the caller ends it."""
    return subprocess.Popen(
        command_line(arguments),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def command_line(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-m", "brownout", *(str(argument) for argument in arguments)]


def descendants(pid: int) -> list[psutil.Process]:
    """Every process that ``pid`` has started, and those that they have."""
    return psutil.Process(pid).children(recursive=True)
