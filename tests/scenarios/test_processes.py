"""Processes of a run: heard line by line, ended for certain, and never waited for without a limit."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.guardian import Guardian
from scenarios.errors import TargetUnavailable
from scenarios.processes import LineReader, RunProcess, dealt, those_heard


@pytest.fixture
def guardian() -> Iterator[Guardian]:
    with Guardian() as started:
        yield started


@pytest.fixture
def pipe() -> Iterator[tuple[LineReader, int]]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        yield LineReader(file), writing


def test_lines_are_told_apart_however_they_arrive(pipe: tuple[LineReader, int]) -> None:
    reader, writing = pipe
    os.write(writing, b"one\ntwo\nthr")
    assert [reader.next_line(5), reader.next_line(5)] == [b"one\n", b"two\n"]
    os.write(writing, b"ee\n")
    os.close(writing)
    assert [reader.next_line(5), reader.next_line(5)] == [b"three\n", None]


def test_half_a_line_is_no_line(pipe: tuple[LineReader, int]) -> None:
    reader, writing = pipe
    os.write(writing, b"half")
    with pytest.raises(TimeoutError):
        reader.next_line(0.01)
    os.close(writing)
    assert reader.next_line(5) is None


@pytest.mark.parametrize(
    ("processors", "generators", "shares"),
    [
        ([0], 2, (set(), [set(), set()])),
        ([0, 1], 1, ({0}, [{1}])),
        ([0, 1], 3, ({0}, [{1}, {1}, {1}])),
        ([0, 1, 2, 3], 1, ({0, 1, 2}, [{3}])),
        ([0, 1, 2, 3], 2, ({0, 1}, [{2}, {3}])),
        ([0, 1, 2, 3], 4, ({0}, [{1}, {2}, {3}, {1}])),
    ],
)
def test_each_generator_has_a_processor_for_itself_as_long_as_the_exchange_keeps_one(
    processors: list[int], generators: int, shares: tuple[set[int], list[set[int]]]
) -> None:
    assert dealt(processors, generators) == shares


def test_of_several_processes_those_are_heard_that_have_something_to_say(guardian: Guardian, tmp_path: Path) -> None:
    """One serves and then says nothing; the other cannot start and ends."""
    ports = ["--rest-port", "0", "--ws-port", "0", "--admin-port", "0", "--metrics-port", "0"]
    quiet = RunProcess("exchange", "mock_exchange", ports, guardian, tmp_path)
    quiet.wait_until_ready()
    ended = RunProcess("broken", "mock_exchange", ["--rest-port", "no-number"], guardian, tmp_path)
    assert those_heard([quiet, ended], 60) == [ended]
    assert ended.hear(0) is None
    assert those_heard([quiet], 0.01) == []
    assert (quiet.terminate(), ended.terminate()) == (0, 64)


def test_a_process_that_ends_at_once_is_unavailable_and_its_last_words_are_told(
    guardian: Guardian, tmp_path: Path
) -> None:
    process = RunProcess("exchange", "mock_exchange", ["--rest-port", "no-number"], guardian, tmp_path)
    with pytest.raises(TargetUnavailable, match=r"exchange did not start: .*no-number"):
        process.wait_until_ready()
    assert process.terminate() == 64


def test_a_process_that_serves_is_ended_by_being_asked(guardian: Guardian, tmp_path: Path) -> None:
    ports = ["--rest-port", "0", "--ws-port", "0", "--admin-port", "0", "--metrics-port", "0"]
    process = RunProcess("exchange", "mock_exchange", ports, guardian, tmp_path)
    assert str(process.wait_until_ready()["rest"]).startswith("http://127.0.0.1:")
    assert process.terminate() == 0
    assert process.terminate() == 0, "asked again, it says the same"
