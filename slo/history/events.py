"""Events: what happened to a run as a whole, one JSON line each, in ``events.jsonl``."""

import threading
from enum import StrEnum
from pathlib import Path
from typing import IO, Self

from pydantic import BaseModel, ConfigDict, JsonValue

from slo.history.lines import read_lines


class EventKind(StrEnum):
    """What can happen to a run as a whole. The subject of an event is the phase, fault or process it happened to."""

    RUN_STARTED = "run.started"
    RUN_ENDED = "run.ended"
    RUN_INTERRUPTED = "run.interrupted"
    RUN_ABORTED = "run.aborted"
    """``stop_when`` ended it; the subject is the objective whose budget burnt."""
    RUN_FAILED = "run.failed"
    """``why``: what of ours failed; the subject is the process, where it was one."""
    RUN_AUDITED = "run.audited"
    """``left``: what was not as before the run, once everything should have been healed; empty is clean."""
    ORDERS_ASKED = "orders.asked"
    """The venue was asked about ``in_doubt`` orders and spoke of ``answered``; ``why``: what kept it from the rest."""
    PHASE_STARTED = "phase.started"
    FAULT_APPLIED = "fault.applied"
    FAULT_HEALED = "fault.healed"
    FAULT_FAILED = "fault.failed"
    PROCESS_EXITED = "process.exited"
    WORKERS_AWAITED = "workers.awaited"
    """At the subject, an address, so many ``workers`` can join. What comes before the run's start is at 0."""
    WORKER_JOINED = "worker.joined"
    """From another host, which is the subject; ``worker``: its number."""
    WORKER_TURNED_AWAY = "worker.turned_away"
    """``why``; the subject is its host, where it could say so."""


class Event(BaseModel):
    """What happened to ``subject`` (a phase, fault or process), ``at_ns`` nanoseconds after the run's start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_ns: int
    kind: EventKind
    subject: str = ""
    detail: dict[str, JsonValue] = {}


class EventLog:
    """Appends events to a file, each flushed as it happens, so that a killed run keeps what it had. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def record(self, event: Event) -> None:
        with self._lock:
            self._file.write(event.model_dump_json() + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_events(path: Path) -> list[Event]:
    """The events of a run in order of time. A run without a file had none; a torn last line is passed over.

    Raises :class:`~slo.errors.InvalidRunError`, naming the line, for one that is no event.
    """
    return sorted(read_lines(path, Event, "event", torn=True), key=lambda event: event.at_ns)
