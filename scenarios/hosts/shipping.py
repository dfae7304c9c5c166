"""Files of a worker on their way to the run folder: each with its hash, and in the end the list of all of them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.errors import GeneratorFailed
from scenarios.hosts.messages import Kind, Message
from slo.history import IN_FLIGHT

SAMPLES, HEALTH = "samples", "health"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(slots=True)
class Outgoing:
    """A worker's folder. A file is sent again when it has changed."""

    folder: Path
    _sent: dict[str, tuple[int, int]] = field(default_factory=dict)

    def new_samples(self) -> Iterator[Message]:
        """Sample files that were not sent as they are now; each appears whole, so each can be sent as it is."""
        for file in self._samples():
            yield from self._sent_if_new(file)

    def rest(self) -> Iterator[Message]:
        """All that is still to be sent, and the list of all."""
        files = [*self._samples(), *sorted((self.folder / HEALTH).glob("*.jsonl"))]
        for file in files:
            yield from self._sent_if_new(file)
        yield Message(Kind.FILES, {self._name(file): sha256(file.read_bytes()) for file in files})

    def _samples(self) -> list[Path]:
        folder = self.folder / SAMPLES
        return sorted([*folder.glob("*.parquet"), *folder.glob(f"*{IN_FLIGHT}")])

    def _sent_if_new(self, file: Path) -> Iterator[Message]:
        try:
            known = file.stat()
            content = file.read_bytes()
        except FileNotFoundError:  # what is in flight is shown only for a while
            return
        state = (known.st_mtime_ns, known.st_size)
        if self._sent.get(self._name(file)) != state:
            self._sent[self._name(file)] = state
            yield Message(Kind.FILE, {"name": self._name(file), "sha256": sha256(content)}, content)

    def _name(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()


class Incoming:
    """The run folder's part of a worker. Nothing outside of that part can be written."""

    def __init__(self, folder: Path, worker: int) -> None:
        self._folder = folder
        self._allowed = re.compile(
            rf"{SAMPLES}/worker-{worker}(-\d{{6}}\.parquet|{re.escape(IN_FLIGHT)})|{HEALTH}/worker-{worker}\.jsonl"
        )
        self._worker = worker
        self._have: dict[str, str] = {}
        self.complete = False

    def take(self, name: str, told: str, content: bytes) -> None:
        """Raises GeneratorFailed for a file that is not this worker's, or not as it was sent."""
        if not self._allowed.fullmatch(name):
            raise GeneratorFailed(f"worker {self._worker} sent {name!r}, which is no file of it")
        if sha256(content) != told:
            raise GeneratorFailed(f"worker {self._worker} sent {name} with another content than it told of")
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(content)
        unfinished.replace(path)
        self._have[name] = told

    def check(self, all_files: Mapping[str, object]) -> None:
        """Raises GeneratorFailed where something of ``all_files`` did not come; what is no longer there goes."""
        lost = sorted(name for name, told in all_files.items() if self._have.get(name) != told)
        if lost:
            raise GeneratorFailed(
                f"worker {self._worker}: {len(lost)} of its {len(all_files)} files did not come: {lost[0]}"
            )
        for name in self._have.keys() - all_files.keys():
            (self._folder / name).unlink(missing_ok=True)
        self.complete = True
