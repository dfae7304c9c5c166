"""What a worker stores arrives whole in the run folder, or the loss is told; nothing else can be written there."""

from pathlib import Path

import pytest

from scenarios.errors import GeneratorFailed
from scenarios.hosts.messages import Kind, Message, message_of
from scenarios.hosts.shipping import Incoming, Outgoing, sha256

CHUNK = "samples/worker-1-000000.parquet"


def stored(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    stored(folder, CHUNK, b"chunk")
    stored(folder, "health/worker-1.jsonl", b"{}\n")
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "here"


def taken(incoming: Incoming, messages: list[Message]) -> None:
    for message in messages:
        arrived = message_of(message.frames())
        if arrived.kind is Kind.FILE:
            incoming.take(str(arrived.says["name"]), str(arrived.says["sha256"]), arrived.content)
        else:
            incoming.check(arrived.says)


def test_everything_arrives_as_it_was(there: Path, here: Path) -> None:
    outgoing, incoming = Outgoing(there), Incoming(here, worker=1)
    taken(incoming, list(outgoing.new_samples()))
    stored(there, "samples/worker-1-000001.parquet", b"another")
    taken(incoming, list(outgoing.rest()))
    assert incoming.complete
    files = {path.relative_to(there): path.read_bytes() for path in there.rglob("*.*")}
    assert files == {path.relative_to(here): path.read_bytes() for path in here.rglob("*.*")}


def test_a_file_is_sent_once_unless_it_has_changed(there: Path) -> None:
    outgoing = Outgoing(there)
    assert [message.says["name"] for message in outgoing.new_samples()] == [CHUNK]
    assert list(outgoing.new_samples()) == []
    stored(there, CHUNK, b"longer than it was")
    assert [message.content for message in outgoing.new_samples()] == [b"longer than it was"]


def test_what_is_in_flight_is_shown_and_taken_away_again(there: Path, here: Path) -> None:
    outgoing, incoming = Outgoing(there), Incoming(here, worker=1)
    stored(there, "samples/worker-1.in-flight", b"outstanding")
    taken(incoming, list(outgoing.new_samples()))
    assert (here / "samples/worker-1.in-flight").exists()
    (there / "samples/worker-1.in-flight").unlink()
    taken(incoming, list(outgoing.rest()))
    assert not (here / "samples/worker-1.in-flight").exists()


def test_a_file_that_did_not_come_is_named(there: Path, here: Path) -> None:
    *messages, last = Outgoing(there).rest()
    lost = [message for message in messages if message.says["name"] != CHUNK]
    with pytest.raises(GeneratorFailed, match=rf"worker 1: 1 of its 2 files did not come: {CHUNK}"):
        taken(Incoming(here, worker=1), [*lost, last])


def test_content_that_is_not_what_was_told_is_refused(here: Path) -> None:
    with pytest.raises(GeneratorFailed, match="another content"):
        Incoming(here, worker=1).take(CHUNK, sha256(b"chunk"), b"chunky")
    assert not here.exists()


@pytest.mark.parametrize(
    "name",
    [
        "samples/worker-0-000000.parquet",
        "samples/worker-11-000000.parquet",
        "../run.json",
        "samples/../../worker-1-000000.parquet",
        "/tmp/worker-1-000000.parquet",  # noqa: S108  never written
        "run.json",
        f"{CHUNK}\n",
    ],
)
def test_what_is_no_file_of_this_worker_is_refused(here: Path, name: str) -> None:
    with pytest.raises(GeneratorFailed, match="which is no file of it"):
        Incoming(here, worker=1).take(name, sha256(b""), b"")
    assert not here.exists()
