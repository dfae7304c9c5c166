"""Opens an exchange: one that begins anew and forgets, or one that goes on with what its data folder remembers."""

import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import msgspec

from mock_exchange.clock import Clock
from mock_exchange.commitment import Journal, Unjournaled
from mock_exchange.config import ExchangeConfig
from mock_exchange.durable.foundation import foundation
from mock_exchange.durable.ledger_files import read_ledger
from mock_exchange.durable.opening import CallSoon, DurableStore, Opened, open_folder, opening_records
from mock_exchange.durable.shortage import CallLater
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import MemoryLimits
from mock_exchange.errors import ConfigError, JournalError
from mock_exchange.faults.aftermath import what_ends
from mock_exchange.founding import found
from mock_exchange.truth import Past, Truth, no_past

_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000


class Recovered(msgspec.Struct, frozen=True):
    """What the ready line and /health say of a recovery."""

    commands: int
    """That were applied again, those before the snapshot not counted."""
    snapshot: int
    """The last command that was in the snapshot; 0 where there was none."""
    seconds: float
    cut_bytes: int
    """Of a last write that was never finished."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What an exchange is built around."""

    engine: Engine
    """With every account funded and every market seeded."""
    journal: Journal
    accounts: Mapping[str, int]
    """Numbers by API key, of every key that there ever was."""
    start: int
    """The how-manieth start this is, from 1."""
    recovered: Recovered | None = None
    store: DurableStore | None = None
    past: Past = no_past

    def truth(self) -> Truth:
        names = {number: key for key, number in self.accounts.items()}
        return Truth(self.engine, names, self.past)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What opening needs besides the configuration."""

    clock: Clock
    stream: Callable[[str], random.Random]
    """Random numbers for a purpose."""
    call_soon: CallSoon
    call_later: CallLater
    on_failure: Callable[[JournalError], None]
    """Called once when the journal can no longer be written."""


def opened(config: ExchangeConfig, around: Surroundings) -> Opening:
    """Raises ConfigError where a market cannot be seeded, and what ``open_folder`` raises."""
    symbols, fees, memory = config.engine_symbols(), config.fees.engine_fees(), MemoryLimits()
    if config.durable.data is None:
        return _volatile(config, Engine(symbols, fees, memory), around)
    began_ns = around.clock.monotonic_ns()
    folder = open_folder(config.durable.data, foundation(config.seed, symbols, fees, memory))
    for notice in folder.notices():
        sys.stderr.write(f"{notice}\n")
    return _durable(config, folder, around, began_ns)


def _volatile(config: ExchangeConfig, engine: Engine, around: Surroundings) -> Opening:
    try:
        founding = found(engine, config, {}, stream=around.stream, time_ms=_now_ms(around.clock), is_new=True)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return Opening(engine, Unjournaled(), founding.accounts, start=1)


def _durable(config: ExchangeConfig, folder: Opened, around: Surroundings, began_ns: int) -> Opening:
    replay = folder.recovery.replay
    time_ms = _now_ms(around.clock)
    try:
        founding = found(
            replay.engine, config, replay.accounts, stream=around.stream, time_ms=time_ms, is_new=not replay.starts
        )
    except ValueError as error:
        folder.unlock()
        raise ConfigError(str(error)) from error
    endings = list(what_ends(replay.engine, time_ms))
    for command in endings:
        replay.engine.apply(command)
    store = DurableStore(
        folder,
        config.durable,
        opening_records(folder, founding.accounts, founding.commands + endings, time_ms),
        call_soon=around.call_soon,
        call_later=around.call_later,
        on_failure=around.on_failure,
        monotonic_ns=around.clock.monotonic_ns,
    )
    return Opening(
        replay.engine,
        store.journal,
        dict(replay.accounts) | dict(founding.accounts),
        start=replay.starts + 1,
        recovered=_recovered(folder, around.clock.monotonic_ns() - began_ns),
        store=store,
        past=partial(read_ledger, folder.folder, folder.foundation),
    )


def _recovered(folder: Opened, elapsed_ns: int) -> Recovered:
    recovery = folder.recovery
    return Recovered(
        commands=recovery.replayed,
        snapshot=recovery.snapshot_sequence,
        seconds=round(elapsed_ns / _NS_PER_S, 6),
        cut_bytes=recovery.torn.byte_count if recovery.torn is not None else 0,
    )


def _now_ms(clock: Clock) -> int:
    return clock.wall_ns() // _NS_PER_MS
