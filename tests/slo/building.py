"""Small runs, row by row, for tests of the judge."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from slo.history import (
    SAMPLE_SCHEMA,
    Event,
    EventKind,
    FaultRecord,
    HealthSecond,
    PhaseKind,
    PhaseRecord,
    RunRecord,
    RunStatus,
    TargetRecord,
    with_derived_columns,
)
from slo.history.health import HEALTH_SCHEMA
from slo.objectives import GroupColumn, Indicator, Objective, parse_predicate

MS = 1_000_000
S = 1_000_000_000


def arrivals(
    count: int,
    *,
    outcome: str = "ok",
    op: str = "order.place",
    venue: str = "mock",
    start_ns: int = 0,
    every_ns: int = MS,
    lag_ms: float | None = 0,
    service_ms: float | None = 1,
    fault: str | None = None,
) -> pl.DataFrame:
    """``count`` samples, all alike. Without ``lag_ms`` they were never sent, without ``service_ms`` never done."""
    scheduled = [start_ns + position * every_ns for position in range(count)]
    sent = [None if lag_ms is None else due + round(lag_ms * MS) for due in scheduled]
    done = [None if at is None or service_ms is None else at + round(service_ms * MS) for at in sent]
    columns = {"scheduled_ns": scheduled, "sent_ns": sent, "done_ns": done}
    alike = {
        "worker": 0,
        "venue": venue,
        "op": op,
        "symbol": "BTCUSDT",
        "outcome": outcome,
        "status": None,
        "code": None,
    }
    frame = pl.DataFrame({"arrival": range(count), **columns}).with_columns(
        **{name: pl.lit(value) for name, value in alike.items()}, fault=pl.lit(fault)
    )
    return frame.select(pl.col(name).cast(dtype) for name, dtype in SAMPLE_SCHEMA.items())


def a_second(start_s: float = 0, worker: int = 0, length_s: float = 1, **seen: int) -> HealthSecond:
    """Of a generator that does little but for what is said to be ``seen``."""
    quiet = {"busy_ns": S // 10, "stall_ns_max": MS, "stalled_ns": 0, "calls": 0, "pool_waits": 0}
    start_ns, end_ns = round(start_s * S), round((start_s + length_s) * S)
    counted = {**quiet, "pool_wait_ns_max": 0, **seen}
    return HealthSecond(worker=worker, start_ns=start_ns, end_ns=end_ns, **counted)


def health(*seconds: HealthSecond) -> pl.DataFrame:
    return pl.DataFrame([second.model_dump() for second in seconds], schema=HEALTH_SCHEMA)


def answered(due_and_response_ms: Sequence[tuple[int, float]]) -> pl.DataFrame:
    """Samples sent when due (nanoseconds) and answered after a response time, in order of time."""
    due = [due for due, _ in due_and_response_ms]
    frame = arrivals(len(due), every_ns=0)
    done = [at + round(response * MS) for at, response in due_and_response_ms]
    return frame.with_columns(scheduled_ns=pl.Series(due), sent_ns=pl.Series(due), done_ns=pl.Series(done))


def together(*frames: pl.DataFrame) -> pl.DataFrame:
    """One run's samples, numbered anew in order of time."""
    rows = pl.concat(frames).sort("scheduled_ns", maintain_order=True)
    return rows.with_columns(arrival=pl.int_range(pl.len(), dtype=pl.Int64))


def derived(samples: pl.DataFrame, phases: Sequence[PhaseRecord] = ()) -> pl.DataFrame:
    return with_derived_columns(samples, phases or [open_phase()])


def open_phase(name: str = "steady", start_ns: int = 0, end_ns: int = 10**15) -> PhaseRecord:
    return PhaseRecord(name=name, kind=PhaseKind.OPEN, start_ns=start_ns, end_ns=end_ns)


def closed_phase(users: int, start_ns: int, end_ns: int) -> PhaseRecord:
    return PhaseRecord(name="sweep", kind=PhaseKind.CLOSED, start_ns=start_ns, end_ns=end_ns, users=users)


def a_fault(fault_id: str = "pause-1", seam: str = "process") -> FaultRecord:
    return FaultRecord(id=fault_id, kind=fault_id.split("-", maxsplit=1)[0], seam=seam, at_ns=0, for_ns=0)


def applied_and_healed(fault_id: str, applied_ns: int, healed_ns: int | None) -> list[Event]:
    applied = [Event(at_ns=applied_ns, kind=EventKind.FAULT_APPLIED, subject=fault_id)]
    healed = [] if healed_ns is None else [Event(at_ns=healed_ns, kind=EventKind.FAULT_HEALED, subject=fault_id)]
    return applied + healed


def a_record(
    samples: pl.DataFrame,
    phases: Sequence[PhaseRecord] = (),
    faults: Sequence[FaultRecord] = (),
    *,
    status: RunStatus = RunStatus.COMPLETE,
    deadline_ms: int = 1000,
    scheduled: int | None = None,
) -> RunRecord:
    return RunRecord(
        name="small",
        status=status,
        seed=1,
        started_at="2026-01-01T00:00:00+00:00",
        brownout="0",
        target=TargetRecord(kind="embedded", venue="mock"),
        phases=list(phases) or [open_phase()],
        faults=list(faults),
        scheduled=samples.height if scheduled is None else scheduled,
        deadline_ms=Decimal(deadline_ms),
        objectives=["small.yaml"],
    )


def an_objective(
    target: str = "0.99",
    *,
    good: str | None = "outcome = 'ok' and response_ms <= 250",
    bad: str | None = None,
    total: str = "op = 'order.place'",
    group_by: GroupColumn | None = None,
    name: str = "order-place",
) -> Objective:
    indicator = Indicator(
        total=parse_predicate(total),
        good=parse_predicate(good) if good and not bad else None,
        bad=parse_predicate(bad) if bad else None,
        group_by=group_by,
    )
    return Objective(name, name, "orders in time", "order-entry", "small.yaml", Decimal(target), indicator)
