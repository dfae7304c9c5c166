"""Files of a worker as they arrive: pieces are put together, counted and hashed, and show up in the run folder.

A chunk of samples appears whole or not at all; what grows while a run goes, a worker's health and its log, grows here
too. A worker can name no file but its own.
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.errors import ShippingBroken
from slo.history import IN_FLIGHT, RunFolder

ARRIVING = ".arriving"


@dataclass(slots=True)
class _Arriving:
    path: Path
    written_to: Path
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)


class Incoming:
    """What one worker ships. ``name`` is its generator's, after which its log is called."""

    def __init__(self, folder: RunFolder, worker: int, name: str) -> None:
        self._folder = folder
        chunk = rf"samples/worker-{worker}(?:-\d{{6}}\.parquet|{re.escape(IN_FLIGHT)})"
        self._whole = re.compile(chunk)
        self._growing = {f"health/{folder.health_of(worker).name}", f"logs/{name}.log"}
        self._arriving: dict[str, _Arriving] = {}

    def take(self, file: str, offset: int, piece: bytes) -> None:
        """Raises ShippingBroken for a piece that does not follow the last one, and for a file that is not its own."""
        arriving = self._arriving.get(file) or self._begun(file)
        if offset != arriving.size:
            raise ShippingBroken(f"bytes from {offset:,} on of {file} came after {arriving.size:,}")
        with arriving.written_to.open("ab") as out:
            out.write(piece)
        arriving.size += len(piece)
        arriving.digest.update(piece)

    def finish(self, file: str, size: int, sha256: str) -> None:
        """Raises ShippingBroken where what came is not what was sent."""
        arriving = self._arriving.pop(file, None) or self._begun(file)
        if arriving.size != size or arriving.digest.hexdigest() != sha256:
            raise ShippingBroken(f"{file} is not whole: {arriving.size:,} of {size:,} bytes came")
        self._arriving.pop(file, None)
        if arriving.written_to != arriving.path:
            arriving.written_to.replace(arriving.path)

    @property
    def unfinished(self) -> list[str]:
        """Files of which more was to come."""
        return sorted(self._arriving)

    def discard_unfinished(self) -> None:
        """Of a worker that is lost: parts of chunks go, what grows stays as far as it came."""
        for arriving in self._arriving.values():
            if arriving.written_to != arriving.path:
                arriving.written_to.unlink(missing_ok=True)
        self._arriving.clear()

    def _begun(self, file: str) -> _Arriving:
        path = self._folder.path / file
        if self._whole.fullmatch(file):
            written_to = path.with_name(path.name + ARRIVING)
        elif file in self._growing:
            written_to = path
        else:
            raise ShippingBroken(f"{file!r} is no file of this worker")
        path.parent.mkdir(parents=True, exist_ok=True)
        written_to.write_bytes(b"")
        self._arriving[file] = _Arriving(path, written_to)
        return self._arriving[file]
