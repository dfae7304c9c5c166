"""What a guardian holds, and the lines in which it is told. Pure.

hold pid PID BORN          release pid PID
hold compose PROJECT       release compose PROJECT
hold marked MARK           release marked MARK
hold undo NAME VERB ...    release undo NAME
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chaos.guardian.undoing import VERBS
from chaos.processes import Process

MARK = "BROWNOUT_GUARDED"
"""The environment variable in which processes of a run carry its mark."""


@dataclass(frozen=True, slots=True)
class HeldProcess:
    """A process, and the group that it leads if it leads one."""

    process: Process

    def hold_line(self) -> str:
        return f"hold pid {self.process.pid} {self.process.born}"


@dataclass(frozen=True, slots=True)
class HeldProject:
    """A Compose project: all that carries its label."""

    name: str

    def hold_line(self) -> str:
        return f"hold compose {self.name}"


@dataclass(frozen=True, slots=True)
class HeldMark:
    """All processes whose environment has the mark: what a run starts between two lines is held without a line."""

    mark: str

    def hold_line(self) -> str:
        return f"hold marked {self.mark}"

    def release_line(self) -> str:
        return f"release marked {self.mark}"


def undo_line(name: str, undo: Sequence[str]) -> str:
    """Raises ValueError for what the guardian would read as something else."""
    words = [name, *undo]
    if undo[0] not in VERBS or any(not word or word.split() != [word] for word in words):
        raise ValueError(f"{words!r} is no name and verb in words without spaces")
    return " ".join(["hold", "undo", *words])


def release_line(held: int | str) -> str:
    return f"release pid {held}" if isinstance(held, int) else f"release compose {held}"


@dataclass(slots=True)
class Holding:
    """What is to be cleaned up, in the order in which it was held."""

    processes: dict[int, Process] = field(default_factory=dict)
    projects: dict[str, None] = field(default_factory=dict)
    marks: dict[str, None] = field(default_factory=dict)
    undos: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.processes or self.projects or self.marks or self.undos)

    def hear(self, line: str) -> None:
        """Take in one line. Raises ValueError for one that means nothing."""
        match line.split():
            case ["hold", "pid", pid, *born]:
                self._hold(int(pid), " ".join(born))
            case ["hold", "compose", project]:
                self.projects[project] = None
            case ["release", "pid", pid]:
                self.processes.pop(int(pid), None)
            case ["release", "compose", project]:
                self.projects.pop(project, None)
            case ["hold", "marked", mark]:
                self.marks[mark] = None
            case ["release", "marked", mark]:
                self.marks.pop(mark, None)
            case ["hold", "undo", name, *undo] if undo:
                self.undos[name] = tuple(undo)
            case ["release", "undo", name]:
                self.undos.pop(name, None)
            case _:
                raise ValueError(f"{line!r} is neither 'hold' nor 'release' of 'pid', 'compose', 'marked' or 'undo'")

    def _hold(self, pid: int, born: str) -> None:
        process = Process(pid, born) if born else Process.of(pid)
        if process is not None:
            self.processes[pid] = process
