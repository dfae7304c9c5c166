"""Files of a generator as they are shipped: those that are new, and what was added to those that grow."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.hosts.words import Piece, Whole
from slo.history import IN_FLIGHT, RunFolder

PIECE_BYTES = 256 * 1024

Ship = Callable[[Piece | Whole, bytes], None]
"""Sends a word, and the bytes that belong to it."""


@dataclass(slots=True)
class _Growing:
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)


class Outgoing:
    """Ships what a generator writes into ``folder``, which is laid out as a run folder."""

    def __init__(self, folder: RunFolder, worker: int, name: str, ship: Ship) -> None:
        self._folder, self._worker, self._ship = folder, worker, ship
        self._growing = {folder.health_of(worker): _Growing(), folder.logs / f"{name}.log": _Growing()}
        self._shipped: set[Path] = set()
        self._shown: bytes = b""

    def ship_new(self) -> None:
        """What there is by now. A file of chunks appears whole, so what is there is complete."""
        in_flight = self._in_flight()  # read before the chunks and shipped after: what ends meanwhile is in both
        for chunk in sorted(set(self._folder.samples.glob("*.parquet")) - self._shipped):
            self._ship_file(chunk, chunk.read_bytes())
            self._shipped.add(chunk)
        if in_flight and in_flight != self._shown:
            self._shown = in_flight
            self._ship_file(self._in_flight_file, in_flight)
        for file, growing in self._growing.items():
            self._ship_growth(file, growing)

    def ship_rest(self) -> None:
        """After the generator has ended: nothing more is coming, and what grew is whole."""
        self.ship_new()
        for file, growing in self._growing.items():
            self._ship(Whole(file=self._named(file), size=growing.size, sha256=growing.digest.hexdigest()), b"")

    @property
    def _in_flight_file(self) -> Path:
        return self._folder.samples / f"worker-{self._worker}{IN_FLIGHT}"

    def _in_flight(self) -> bytes:
        try:
            return self._in_flight_file.read_bytes()
        except FileNotFoundError:
            return b""

    def _ship_growth(self, file: Path, growing: _Growing) -> None:
        if not file.exists():
            return
        with file.open("rb") as content:
            content.seek(growing.size)
            while piece := content.read(PIECE_BYTES):
                self._ship(Piece(file=self._named(file), offset=growing.size), piece)
                growing.size += len(piece)
                growing.digest.update(piece)

    def _ship_file(self, file: Path, content: bytes) -> None:
        name = self._named(file)
        for offset, piece in pieces(content):
            self._ship(Piece(file=name, offset=offset), piece)
        self._ship(Whole(file=name, size=len(content), sha256=hashlib.sha256(content).hexdigest()), b"")

    def _named(self, file: Path) -> str:
        return file.relative_to(self._folder.path).as_posix()


def pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """With the offset of each."""
    for offset in range(0, len(content), PIECE_BYTES):
        yield offset, content[offset : offset + PIECE_BYTES]
