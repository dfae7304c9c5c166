"""Data folders written by the parts that serve, in the test's own thread."""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Never

import msgspec

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.foundation import Foundation, foundation
from mock_exchange.durable.opening import DurableStore, Opened, open_folder, opening_records
from mock_exchange.durable.recovery import Recovery, recover
from mock_exchange.durable.settings import Durability
from mock_exchange.durable.take_snapshot import take_snapshot
from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.errors import JournalError
from tests.mock_exchange.durable.crowded import SHORT_MEMORY
from tests.mock_exchange.engine.strategies import FEES, SYMBOLS, TIME_MS

FOUNDATION: Foundation = foundation(7, SYMBOLS, FEES, SHORT_MEMORY)


def state_bytes(engine: Engine) -> bytes:
    return msgspec.msgpack.encode(engine.export())


def engine_after(commands: Iterable[Command]) -> Engine:
    engine = FOUNDATION.new_engine()
    for command in commands:
        engine.apply(command)
    return engine


def nobody_waits(seconds: float, call: Callable[[], None]) -> Never:
    raise AssertionError(f"{call} in {seconds} s: the disk is not full")


def no_failure(error: JournalError) -> None:
    raise error


@contextmanager
def store(path: Path, sync: str = "none", **settings: object) -> Iterator[tuple[Opened, DurableStore]]:
    """A folder that is served from; with ``none`` everything is written where it is called."""
    durability = Durability.model_validate({"data": path, "sync": sync} | settings)
    opened = open_folder(path, FOUNDATION)
    records = opening_records(opened, {}, [], TIME_MS)
    written = DurableStore(
        opened,
        durability,
        records,
        call_soon=lambda call: call(),
        call_later=nobody_waits,
        on_failure=no_failure,
        monotonic_ns=time.monotonic_ns,
    )
    try:
        yield opened, written
    finally:
        written.close(snapshot_seconds_max=0)


def write(path: Path, commands: Sequence[Command]) -> None:
    """Serve these commands, each with a record of its own. Record 1 is the start, so command n is record n + 1."""
    with store(path) as (_, written):
        for command in commands:
            written.journal.append(command)
            written.journal.when_durable(lambda: None)


def nobody_minds(record: object, events: object) -> None:
    """The snapshot is wanted."""


def snapshot_at(path: Path, sequence: int) -> None:
    take_snapshot(Folder(path), sequence, nobody_minds)


def recovered(path: Path) -> Recovery:
    return recover(Folder(path), FOUNDATION)


def copied(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def only_journal(path: Path) -> Path:
    (segment,) = Folder(path).journals()
    return segment.path


def truncate(path: Path, length: int) -> None:
    os.truncate(path, length)
