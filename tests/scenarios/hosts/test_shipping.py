"""What a worker stores arrives byte for byte, or its loss is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.errors import ShippingBroken
from scenarios.hosts.incoming import Incoming
from scenarios.hosts.outgoing import PIECE_BYTES, Outgoing
from scenarios.hosts.words import Piece, Whole
from slo.history import RunFolder

CHUNK = bytes(range(256)) * 2000  # 512,000 bytes: two pieces


@dataclass
class Shipped:
    """A worker's folder, what was sent of it, and the run's folder."""

    worker: RunFolder
    run: RunFolder
    sent: list[tuple[Piece | Whole, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outgoing = Outgoing(self.worker, 1, "generator-1", lambda word, content: self.sent.append((word, content)))
        self.incoming = Incoming(self.run, 1, "generator-1")
        for folder in (self.worker.samples, self.worker.health, self.worker.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def store(self, file: str, content: bytes) -> None:
        with (self.worker.path / file).open("ab") as out:
            out.write(content)

    def deliver(self) -> None:
        for word, content in self.sent:
            deliver(self.incoming, word, content)
        self.sent.clear()

    def arrived(self) -> dict[str, bytes]:
        return dict(contents(self.run.path))


def deliver(incoming: Incoming, word: Piece | Whole, content: bytes) -> None:
    if isinstance(word, Piece):
        incoming.take(word.file, word.offset, content)
    else:
        incoming.finish(word.file, word.size, word.sha256)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


@pytest.fixture
def shipped(tmp_path: Path) -> Shipped:
    return Shipped(RunFolder(tmp_path / "worker"), RunFolder(tmp_path / "run"))


def test_everything_arrives_where_it_was(shipped: Shipped) -> None:
    shipped.store("samples/worker-1-000000.parquet", CHUNK)
    shipped.store("health/worker-1.jsonl", b"one\n")
    shipped.outgoing.ship_new()
    shipped.store("health/worker-1.jsonl", b"two\n")
    shipped.store("logs/generator-1.log", b"a complaint\n")
    shipped.store("samples/worker-1-000001.parquet", b"last")
    shipped.outgoing.ship_rest()
    shipped.deliver()
    assert shipped.arrived() == dict(contents(shipped.worker.path))
    assert shipped.incoming.unfinished == []


def test_a_chunk_is_shipped_once_and_what_is_in_flight_whenever_it_has_changed(shipped: Shipped) -> None:
    shipped.store("samples/worker-1-000000.parquet", b"chunk")
    shown = "samples/worker-1.in-flight"
    for content in (b"first", b"first", b"second"):
        (shipped.worker.path / shown).write_bytes(content)
        shipped.outgoing.ship_new()
    files = [word.file for word, _ in shipped.sent if isinstance(word, Whole)]
    assert files == ["samples/worker-1-000000.parquet", shown, shown]
    shipped.deliver()
    assert shipped.arrived()[shown] == b"second"


def test_a_chunk_is_not_seen_before_all_of_it_is_there(shipped: Shipped) -> None:
    shipped.store("samples/worker-1-000000.parquet", CHUNK)
    shipped.outgoing.ship_new()
    *pieces, whole = shipped.sent
    assert len(pieces) == -(-len(CHUNK) // PIECE_BYTES) == 2
    for word, content in pieces:
        deliver(shipped.incoming, word, content)
    assert list(shipped.run.samples.glob("*.parquet")) == []
    deliver(shipped.incoming, *whole)
    assert [path.name for path in shipped.run.samples.iterdir()] == ["worker-1-000000.parquet"]


def test_health_is_seen_as_it_grows(shipped: Shipped) -> None:
    shipped.store("health/worker-1.jsonl", b"one\n")
    shipped.outgoing.ship_new()
    shipped.deliver()
    assert shipped.run.health_of(1).read_bytes() == b"one\n"


@settings(max_examples=50)
@given(data=st.data(), sizes=st.lists(st.integers(1, 3 * PIECE_BYTES), min_size=1, max_size=4))
def test_any_one_frame_that_is_missing_or_comes_twice_is_noticed(
    data: st.DataObject, sizes: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("shipped")
    shipped = Shipped(RunFolder(folder / "worker"), RunFolder(folder / "run"))
    for number, size in enumerate(sizes):
        shipped.store(f"samples/worker-1-{number:06}.parquet", b"x" * size)
    shipped.outgoing.ship_new()
    place = data.draw(st.integers(0, len(shipped.sent) - 1))
    word, _ = shipped.sent[place]
    if data.draw(st.booleans()):
        shipped.sent.insert(place, shipped.sent[place])
    else:
        del shipped.sent[place]
        if isinstance(word, Whole):  # nothing comes after the end of a file but another: what is missing is its end
            shipped.deliver()
            assert shipped.incoming.unfinished == [word.file]
            return
    with pytest.raises(ShippingBroken):
        shipped.deliver()


def test_a_byte_that_is_not_as_it_was_is_noticed(shipped: Shipped) -> None:
    shipped.store("samples/worker-1-000000.parquet", CHUNK)
    shipped.outgoing.ship_new()
    word, content = shipped.sent[0]
    shipped.sent[0] = (word, b"!" + content[1:])
    with pytest.raises(ShippingBroken, match=r"worker-1-000000.parquet is not whole"):
        shipped.deliver()
    assert list(shipped.run.samples.glob("*.parquet")) == []


def test_parts_of_one_that_is_lost_go_and_what_grew_stays(shipped: Shipped) -> None:
    shipped.store("samples/worker-1-000000.parquet", b"whole")
    shipped.store("health/worker-1.jsonl", b"one\n")
    shipped.outgoing.ship_new()
    shipped.deliver()
    shipped.incoming.take("samples/worker-1-000001.parquet", 0, b"part")
    shipped.incoming.discard_unfinished()
    assert shipped.arrived() == {"health/worker-1.jsonl": b"one\n", "samples/worker-1-000000.parquet": b"whole"}


@pytest.mark.parametrize(
    "file",
    [
        "../outside",
        "/etc/passwd",
        "run.json",
        "events.jsonl",
        "samples/worker-0-000000.parquet",
        "samples/worker-1-000000.parquet/../../run.json",
        "samples/worker-1-000000.parquet\n",
        "samples/worker-11-000000.parquet",
        "health/worker-0.jsonl",
        "logs/generator-0.log",
        "logs/guardian.log",
    ],
)
def test_a_worker_can_write_no_file_but_its_own(shipped: Shipped, file: str) -> None:
    with pytest.raises(ShippingBroken, match="is no file of this worker"):
        shipped.incoming.take(file, 0, b"mine")
    with pytest.raises(ShippingBroken, match="is no file of this worker"):
        shipped.incoming.finish(file, 0, "")
    assert shipped.arrived() == {}
