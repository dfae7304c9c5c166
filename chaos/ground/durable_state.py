"""What the target has written to disk, as a standby would find it: kept as it was, and put in place of what it is."""

import shutil
from pathlib import Path
from typing import Protocol

from chaos.errors import CannotApply, CannotHeal

_COPIES_TRIED = 20


class DurableState(Protocol):
    """Several faults may keep a copy of it at once."""

    def keep_copy(self, holder: str) -> None:
        """Keep it as it is now, for ``holder``. Raises CannotApply."""

    def go_back(self, holder: str) -> None:
        """Put the copy in its place; the target must be down. Raises CannotHeal."""

    def forget_copy(self, holder: str) -> None:
        """Does nothing more when done again."""


class DataFolder:
    """A folder that the target appends to while it is copied: a copy is what a crash would have left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep_copy(self, holder: str) -> None:
        copy = self._copy_of(holder)
        for _ in range(_COPIES_TRIED):
            names = self._names()
            try:
                shutil.copytree(self.folder, copy, dirs_exist_ok=True)
            except (OSError, shutil.Error):
                pass  # a file went while it was being copied, or nothing can be written: the next try tells
            else:
                if names == self._names():  # else files that belong together may come from different moments
                    return
            self.forget_copy(holder)
        raise CannotApply(f"{self.folder} cannot be copied to {copy}")

    def go_back(self, holder: str) -> None:
        gone = self.folder.with_name(f"{self.folder.name}-before-{holder}")
        try:
            self.folder.rename(gone)
            self._copy_of(holder).rename(self.folder)
        except OSError as error:
            raise CannotHeal(f"{self.folder} cannot be replaced by its copy: {error}") from error
        shutil.rmtree(gone, ignore_errors=True)

    def forget_copy(self, holder: str) -> None:
        shutil.rmtree(self._copy_of(holder), ignore_errors=True)

    def _names(self) -> set[str]:
        return {file.name for file in self.folder.iterdir()}

    def _copy_of(self, holder: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}-as-of-{holder}")
