"""Starting and ending the processes of a run: each in a session of its own, logged, held by the guardian.

A session of its own keeps a Ctrl-C at the terminal with the run, which then ends its processes in order; the guardian
ends them if the run itself is killed.
"""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from pydantic import JsonValue

from chaos.guardian import Guardian
from scenarios.errors import TargetUnavailable

CONFIDENTIAL = "<confidential>"
"""Among a process's arguments: the document that is handed on to it without a name."""
START_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 10.0


class RunProcess:
    """A process that the run started, with a pipe to its standard input and its lines of JSON on standard output."""

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        guardian: Guardian,
        logs: Path,
        *,
        confidential: str | None = None,
    ) -> None:
        """Start ``python -m module arguments``; standard error goes to ``logs/name.log``.

        ``confidential`` is a document that the process reads as the file that CONFIDENTIAL among the arguments stands
        for. It has no name in any folder, so that no secret outlives a run that is killed.
        """
        self.name = name
        self._guardian = guardian
        self._log_path = logs / f"{name}.log"
        logs.mkdir(parents=True, exist_ok=True)
        with self._log_path.open("ab") as log, _nameless(confidential) as document:
            handed_on = f"/dev/fd/{document.fileno()}"
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *(handed_on if word == CONFIDENTIAL else word for word in arguments)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=guardian.environment,
                pass_fds=[document.fileno()],
                start_new_session=True,
            )
        try:
            guardian.hold_process(self._process.pid)
        except BaseException:
            self._process.kill()  # what nobody guards must not run
            self._process.wait()
            raise
        self._lines = LineReader(self.output)

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """The exit code, or None while the process is alive."""
        return self._process.poll()

    def tell(self, message: dict[str, JsonValue]) -> None:
        """Write one line of JSON to its standard input. A process that has ended hears nothing; ``hear`` tells."""
        assert self._process.stdin is not None  # noqa: S101  Popen was given a pipe
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def wait_until_ready(self) -> dict[str, JsonValue]:
        """The process's first line, which it prints once it serves.

        Raises TargetUnavailable, with the last words of its log, when it ends or stays silent instead.
        """
        try:
            message = self.hear(START_SECONDS_MAX)
        except TimeoutError:
            message = None
        if message is None:
            raise TargetUnavailable(f"{self.name} did not start: {self.last_words()}")
        return message

    def hear(self, seconds_max: float) -> dict[str, JsonValue] | None:
        """The next line of JSON that the process prints; None when it has closed its output.

        Raises TimeoutError when none comes in time.
        """
        line = self._lines.next_line(seconds_max)
        return None if line is None else json.loads(line)

    @property
    def output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101  Popen was given a pipe
        return self._process.stdout

    @property
    def has_line(self) -> bool:
        """Whether a line was read already that nobody has heard."""
        return self._lines.has_line

    def last_words(self) -> str:
        """The last line of the process's log, or what is known if it left none."""
        with suppress(FileNotFoundError):  # somebody may have removed the run folder meanwhile
            lines = self._log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if lines:
                return lines[-1]
        code = self._process.poll()
        return f"no answer within {START_SECONDS_MAX:g} s" if code is None else f"exit code {code} and no message"

    def ask_to_end(self) -> None:
        """SIGTERM, and no waiting."""
        self._process.terminate()

    def terminate(self) -> int:
        """SIGTERM, SIGKILL if that does not end it; returns the exit code. Calling it again is harmless."""
        self._process.terminate()
        try:
            code = self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._guardian.release(self._process.pid)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what it did not hear before it ended
                    pipe.close()
        return code


def _nameless(document: str | None) -> IO[bytes]:
    """An open file without a name that holds ``document``, ready to be read from its start."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the caller's context closes it
    file.write((document or "").encode())
    file.seek(0)
    return file


def pin(pid: int, processors: set[int]) -> None:
    """Keep a process on ``processors``; where the platform cannot (macOS), it stays where the system puts it."""
    if processors and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, processors)


def processor_shares(generators: int = 1) -> tuple[set[int], list[set[int]]]:
    """Processors for the exchange's side and for each generator, disjoint; empty, for no pinning, where there is one.

    A generator has one processor for itself as long as the exchange's side keeps one; beyond that they share.
    """
    processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return dealt(processors, generators)


def dealt(processors: Sequence[int], generators: int) -> tuple[set[int], list[set[int]]]:
    """``processors`` shared out; see ``processor_shares``."""
    if len(processors) < 2:
        return set(), [set() for _ in range(generators)]
    venue = max(1, len(processors) - generators)
    driving = processors[venue:]
    return set(processors[:venue]), [{driving[number % len(driving)]} for number in range(generators)]


def those_heard(processes: Sequence["RunProcess"], seconds_max: float) -> list["RunProcess"]:
    """Those of which something can be heard by now, the end included; none when nobody says anything in time."""
    with selectors.DefaultSelector() as selector:
        for process in processes:
            selector.register(process.output, selectors.EVENT_READ, process)
        waiting = [process for process in processes if process.has_line]
        readable = [key.data for key, _ in selector.select(0 if waiting else max(0.0, seconds_max))]
    return [process for process in processes if process in waiting or process in readable]


class LineReader:
    """Lines of a pipe, each within a time limit, which a file object cannot give."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._descriptor = pipe.fileno()
        self._buffer = bytearray()

    @property
    def has_line(self) -> bool:
        return b"\n" in self._buffer

    def next_line(self, seconds_max: float) -> bytes | None:
        """The next whole line with its newline; None at the end. Raises TimeoutError when none comes in time."""
        deadline = time.monotonic() + seconds_max
        with selectors.DefaultSelector() as selector:
            selector.register(self._descriptor, selectors.EVENT_READ)
            while not self.has_line:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(f"no line within {seconds_max:g} s")
                chunk = os.read(self._descriptor, 65536)
                if not chunk:
                    return None
                self._buffer += chunk
        line, _, rest = self._buffer.partition(b"\n")
        self._buffer = bytearray(rest)
        return bytes(line) + b"\n"
