"""What the journal's writer asks of the disk, and the reserve that it keeps for when there is no more room.

Commands have been done by the time they are written, so a disk that is full must not be noticed too late. A file of no
content keeps some room; the write that finds none gets that, so what was done is safe, and whoever sees that the
reserve is gone refuses what comes next. (CockroachDB keeps such files, and calls them ballast:
https://www.cockroachlabs.com/docs/stable/cluster-setup-troubleshooting#automatic-ballast-files)
"""

import contextlib
import errno
import os
from pathlib import Path
from typing import Final, Protocol

RESERVE_BYTES: Final = 1 << 20
"""Thousands of commands: all that can be under way when the disk turns out to be full."""

NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EDQUOT))
"""Errors of a full disk. What a write that fails with them has written is known, and can be taken back."""


class Disk(Protocol):
    """Every call blocks and may raise OSError. Faults stand before it."""

    def write(self, descriptor: int, data: memoryview) -> int:
        """Returns how many bytes there was room for, at least one."""

    def sync(self, descriptor: int) -> None:
        """Returns when all that was written is safe."""

    def take_room(self, path: Path, byte_count: int) -> None:
        """Make a file that takes up so much room; none where there is not so much."""

    def give_room(self, path: Path) -> int:
        """Remove such a file; returns its bytes."""


class RealDisk:
    """The operating system's."""

    def write(self, descriptor: int, data: memoryview) -> int:
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        # Where there is no fdatasync (macOS), fsync does more than is needed.
        getattr(os, "fdatasync", os.fsync)(descriptor)

    def take_room(self, path: Path, byte_count: int) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _allocate(descriptor, byte_count)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)

    def give_room(self, path: Path) -> int:
        byte_count = path.stat().st_size
        path.unlink()
        return byte_count


def _allocate(descriptor: int, byte_count: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, byte_count)
    else:  # macOS; its file system keeps zeros as they are
        os.write(descriptor, bytes(byte_count))


class Reserve:
    """Room for what has been done and not been written. One thread at a time."""

    def __init__(self, path: Path) -> None:
        """The one of an earlier time counts."""
        self._path = path
        self.is_whole = path.exists() and path.stat().st_size >= RESERVE_BYTES

    def refill(self, disk: Disk) -> None:
        """As far as there is room: ``is_whole`` says whether there was."""
        if not self.is_whole:
            with contextlib.suppress(OSError):
                disk.take_room(self._path, RESERVE_BYTES)
                self.is_whole = True

    def spend(self, disk: Disk) -> bool:
        """Make room; False where there is nothing to give. Raises OSError."""
        was_whole, self.is_whole = self.is_whole, False
        return was_whole and disk.give_room(self._path) > 0
