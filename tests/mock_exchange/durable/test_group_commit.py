"""Nobody is told of anything that is not safe, in whatever order commands, waits and the disk come."""

import asyncio
import logging
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.journal import GroupCommit
from mock_exchange.durable.segment_writer import SegmentWriter
from mock_exchange.durable.segments import JournalReader
from mock_exchange.durable.workers import Done, Job, WriterThread
from mock_exchange.engine.commands import Command, Deposit
from mock_exchange.errors import JournalError
from tests.mock_exchange.durable.folders import FOUNDATION
from tests.mock_exchange.overheard import overheard


def deposit(number: int) -> Command:
    return Deposit(1, "BTC", number + 1, 0)


def on_disk(path: Path) -> int:
    """How many records a recovery would find now."""
    reader = JournalReader(Folder(path), FOUNDATION, after=0)
    return sum(len(batch.records) for batch in reader)


class ByHand:
    """A disk that takes its time: a job is done when the test says so, and its end is told when the test says so."""

    def __init__(self) -> None:
        self.job: tuple[Job, Done] | None = None
        self.jobs_begun = 0

    def submit(self, job: Job, done: Done) -> None:
        assert self.job is None, "one write at a time"
        self.job = job, done
        self.jobs_begun += 1

    def finish(self) -> None:
        if self.job is not None:
            (job, done), self.job = self.job, None
            job()
            done(None)

    def fail(self, error: OSError) -> None:
        assert self.job is not None
        (_, done), self.job = self.job, None
        done(error)

    def close(self) -> None:
        if self.job is not None:
            self.job[0]()
            self.job = None


def begun(path: Path, worker: ByHand, *, one_at_a_time: bool = False) -> tuple[GroupCommit, list[JournalError]]:
    writer = SegmentWriter(Folder(path), FOUNDATION, is_synced=False)
    writer.open(0)
    failures: list[JournalError] = []
    journal = GroupCommit(
        writer,
        worker,
        last_sequence=0,
        one_at_a_time=one_at_a_time,
        on_failure=failures.append,
        monotonic_ns=time.monotonic_ns,
    )
    return journal, failures


@settings(deadline=None)
@given(steps=st.lists(st.sampled_from(["note", "note", "wait", "disk", "segment"]), max_size=60), always=st.booleans())
def test_whoever_waits_is_told_in_order_and_never_before_the_disk_has_it(steps: list[str], always: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        path, worker = Path(name), ByHand()
        journal, _ = begun(path, worker, one_at_a_time=always)
        noted = 0
        asked: list[int] = []
        told: list[int] = []

        def tell(number: int, needed: int) -> Callable[[], None]:
            def then() -> None:
                assert on_disk(path) >= needed
                told.append(number)

            return then

        for step in steps:
            if step == "note":
                journal.append(deposit(noted))
                noted += 1
            elif step == "wait":
                asked.append(len(asked))
                journal.when_durable(tell(asked[-1], noted))
            elif step == "disk":
                worker.finish()
            else:
                journal.begin_segment()
            assert told == asked[: len(told)]
            assert journal.pending_count == noted - journal.durable
        while worker.job is not None:
            worker.finish()
        assert told == asked
        journal.close()
        assert on_disk(path) == noted


def test_what_comes_during_a_sync_shares_the_next_one(tmp_path: Path) -> None:
    worker = ByHand()
    journal, _ = begun(tmp_path, worker)
    told: list[int] = []
    for number in range(100):
        journal.append(deposit(number))
        journal.when_durable(lambda number=number: told.append(number))  # type: ignore[misc]
    worker.finish()
    assert told == [0]
    worker.finish()
    assert told == list(range(100))
    assert (worker.jobs_begun, journal.sync_count) == (2, 2)
    journal.close()


def test_with_always_every_command_has_a_sync_of_its_own(tmp_path: Path) -> None:
    worker = ByHand()
    journal, _ = begun(tmp_path, worker, one_at_a_time=True)
    for number in range(5):
        journal.append(deposit(number))
    journal.when_durable(lambda: None)
    while worker.job is not None:
        worker.finish()
    assert journal.sync_count == 5
    journal.close()


def test_a_read_waits_for_the_commands_that_it_may_have_seen(tmp_path: Path) -> None:
    worker = ByHand()
    journal, _ = begun(tmp_path, worker)
    told: list[str] = []
    journal.when_durable(lambda: told.append("nothing was noted yet"))
    assert told == ["nothing was noted yet"]
    journal.append(deposit(0))
    journal.when_durable(lambda: told.append("command"))
    journal.when_durable(lambda: told.append("read"))
    assert len(told) == 1
    worker.finish()
    assert told[1:] == ["command", "read"]
    journal.close()


def test_after_a_failed_write_nobody_is_told_anything(tmp_path: Path) -> None:
    worker = ByHand()
    journal, failures = begun(tmp_path, worker)
    told: list[str] = []
    journal.append(deposit(0))
    journal.when_durable(lambda: told.append("first"))
    journal.append(deposit(1))
    journal.when_durable(lambda: told.append("second"))
    worker.fail(OSError(28, "No space left on device"))
    journal.when_durable(lambda: told.append("third"))
    (failure,) = failures
    assert "No space left on device" in str(failure)
    assert told == []
    assert worker.job is None
    journal.close()
    assert on_disk(tmp_path) == 0


def test_behind_a_failed_write_nothing_is_written(tmp_path: Path) -> None:
    writer = SegmentWriter(Folder(tmp_path), FOUNDATION, is_synced=True)
    writer.open(0)
    writer.close()
    for _ in range(2):
        with pytest.raises(OSError, match=r"Bad file descriptor|an earlier write failed"):
            writer.write(b"lost")


def test_a_callback_that_fails_does_not_keep_the_others_from_theirs(tmp_path: Path) -> None:
    def fails() -> None:
        raise ConnectionError("the client is gone")

    worker = ByHand()
    journal, _ = begun(tmp_path, worker)
    told: list[str] = []
    journal.append(deposit(0))
    journal.when_durable(fails)
    journal.when_durable(lambda: told.append("the other"))
    with overheard(logging.getLogger("mock_exchange.durable.journal")) as said:
        worker.finish()
    assert told == ["the other"]
    assert said == ["what waited for the journal failed"]
    journal.close()


def test_the_writer_thread_works_beside_the_loop_and_answers_inside_it(tmp_path: Path) -> None:
    async def served() -> list[tuple[int, bool]]:
        loop = asyncio.get_running_loop()
        writer = SegmentWriter(Folder(tmp_path), FOUNDATION, is_synced=True)
        writer.open(0)
        failures: list[JournalError] = []
        journal = GroupCommit(
            writer,
            WriterThread(loop.call_soon_threadsafe),
            last_sequence=0,
            on_failure=failures.append,
            monotonic_ns=time.monotonic_ns,
        )
        told: list[tuple[int, bool]] = []
        everything = loop.create_future()
        here = threading.get_ident()
        for number in range(50):
            journal.append(deposit(number))
            journal.when_durable(lambda number=number: told.append((number, threading.get_ident() == here)))  # type: ignore[misc]
            await asyncio.sleep(0)
        journal.when_durable(lambda: everything.set_result(None))
        await everything
        journal.append(deposit(50))
        journal.close()
        assert not failures
        return told

    assert asyncio.run(served()) == [(number, True) for number in range(50)]
    assert on_disk(tmp_path) == 51


def test_a_command_that_cannot_be_written_is_refused_before_anything_comes_of_it(tmp_path: Path) -> None:
    worker = ByHand()
    journal, _ = begun(tmp_path, worker)
    journal.append(deposit(0))
    with pytest.raises(OverflowError):
        journal.append(Deposit(1, "USDT", 2**64, 0))
    told: list[str] = []
    journal.when_durable(lambda: told.append("the first"))
    worker.finish()
    assert told == ["the first"]
    assert on_disk(tmp_path) == 1
