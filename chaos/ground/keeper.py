"""Who undoes what was done to a process that is not the run's own, should whoever did it die before."""

from typing import Protocol


class Keeper(Protocol):
    """The guardian. Tell it before anything is done, and let go once it has been undone."""

    def keep(self, name: str, *undo: str) -> None:
        """``undo``: a verb of ``chaos.guardian.undoing`` and its words, none with a space in it; ``name`` likewise."""

    def let_go(self, name: str) -> None:
        """Can be repeated."""


class Nobody:
    """Where the process is the run's own: it ends with the run, and needs no undoing."""

    def keep(self, name: str, *undo: str) -> None:
        """Forget it."""

    def let_go(self, name: str) -> None:
        """There is nothing to let go of."""


NOBODY = Nobody()
