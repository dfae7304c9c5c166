"""The data folder: which files it has, who may write it, and how a file in it comes to be safe."""

import contextlib
import fcntl
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mock_exchange.errors import DataError, DataInUseError

_LOCK = "lock"
_RESERVE = "reserve"
_TEMPORARY = ".tmp-"
_JOURNAL = re.compile(r"journal-(\d{20})\.log")
_SNAPSHOT = re.compile(r"snapshot-(\d{20})\.snap")
_LEDGER = re.compile(r"ledger-(\d{20})-(\d{20})\.log")


@dataclass(frozen=True, slots=True, order=True)
class NumberedFile:
    """``sequence`` is the last record before a journal segment, or the last one in a snapshot."""

    sequence: int
    path: Path


@dataclass(frozen=True, slots=True, order=True)
class LedgerFile:
    """What ended after record ``base``, up to and with record ``through``."""

    base: int
    through: int
    path: Path


class Folder:
    """Names and orders of the files; opening one creates nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def reserve_path(self) -> Path:
        return self.path / _RESERVE

    def journal_path(self, base: int) -> Path:
        return self.path / f"journal-{base:020d}.log"

    def snapshot_path(self, sequence: int) -> Path:
        return self.path / f"snapshot-{sequence:020d}.snap"

    def ledger_path(self, base: int, through: int) -> Path:
        return self.path / f"ledger-{base:020d}-{through:020d}.log"

    def journals(self) -> list[NumberedFile]:
        """Oldest first."""
        return sorted(NumberedFile(numbers[0], path) for numbers, path in self._files(_JOURNAL))

    def snapshots(self) -> list[NumberedFile]:
        """Oldest first."""
        return sorted(NumberedFile(numbers[0], path) for numbers, path in self._files(_SNAPSHOT))

    def ledgers(self) -> list[LedgerFile]:
        """A chain without gaps or overlaps from the first record on, as far as one goes."""
        by_base: dict[int, LedgerFile] = {}
        for numbers, path in sorted(self._files(_LEDGER)):
            by_base[numbers[0]] = LedgerFile(numbers[0], numbers[1], path)
        chain, position = [], 0
        while (file := by_base.get(position)) is not None:
            chain.append(file)
            position = file.through
        return chain

    def _files(self, pattern: re.Pattern[str]) -> Iterator[tuple[list[int], Path]]:
        for path in self.path.iterdir():
            if match := pattern.fullmatch(path.name):
                yield [int(number) for number in match.groups()], path

    def write_safely(self, target: Path, parts: Iterator[bytes]) -> None:
        """The file is there as a whole and on disk, or not at all. Raises OSError."""
        temporary = target.with_name(f"{target.name}{_TEMPORARY}{os.getpid()}")
        try:
            with temporary.open("wb") as file:
                for part in parts:
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        self.sync()

    def sync(self) -> None:
        """Make new, renamed and removed names safe."""
        _sync_names(self.path)

    def remove_leftovers(self) -> None:
        """What a writer that was killed did not finish."""
        for path in self.path.glob(f"*{_TEMPORARY}*"):
            path.unlink(missing_ok=True)


def _sync_names(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def locked(path: Path) -> Callable[[], None]:
    """Create the folder where there is none, and keep others from serving from it; returns what gives it free.

    Raises DataInUseError, DataError.
    """
    try:
        if not path.exists():
            path.mkdir(parents=True)
            _sync_names(path.parent)
        descriptor = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DataError(
            f"--data {path}: {error.strerror}: it must be a folder that can be written; name another one"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise DataInUseError(
            f"--data {path}: another exchange serves from this folder; stop it, or name another folder"
        ) from error
    return lambda: _unlock(descriptor)


def _unlock(descriptor: int) -> None:
    with contextlib.suppress(OSError):  # giving it free twice is no trouble
        os.close(descriptor)
