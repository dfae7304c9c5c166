"""The guardian's process: listens on standard input until its owner is gone, then cleans up. Starts in about 40 ms."""

import os
import select
import signal
import sys
import time

from chaos.guardian.holding import Holding
from chaos.guardian.rescue import end_marked_processes, end_processes, remove_projects
from chaos.guardian.undoing import undo
from chaos.processes import Process

_LOOK_AFTER_OWNER_EVERY_S = 0.5
_READ_BYTES = 65536


def main(arguments: list[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    sys.stdout.write("guarding\n")
    sys.stdout.flush()
    holding = Holding()
    _listen(sys.stdin.fileno(), _owner(arguments), holding)
    if holding:
        _log(
            f"the run is gone; ending processes {list(holding.processes)}, Compose projects {list(holding.projects)}; "
            f"undoing {list(holding.undos.values())}"
        )
    undo(holding.undos.values(), _log)
    end_processes(holding.processes.values())
    end_marked_processes(holding.marks)
    remove_projects(holding.projects, _log)
    return 0


def _owner(arguments: list[str]) -> Process | None:
    match arguments:
        case ["--owner", pid, born]:
            return Process(int(pid), born)  # which may be dead by now
        case _:
            return None


def _listen(descriptor: int, owner: Process | None, holding: Holding) -> None:
    """Until end of file, or until the owner is gone: a child that it forked may hold the pipe open for longer."""
    rest = b""
    while True:
        readable, _, _ = select.select([descriptor], [], [], _LOOK_AFTER_OWNER_EVERY_S)
        if not readable:
            if owner is not None and not owner.alive():
                return
            continue
        read = os.read(descriptor, _READ_BYTES)
        if not read:
            return
        *lines, rest = (rest + read).split(b"\n")
        for line in lines:
            _hear(holding, line.decode())


def _hear(holding: Holding, line: str) -> None:
    try:
        holding.hear(line)
    except ValueError as error:
        _log(str(error))


def _log(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} guardian: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
