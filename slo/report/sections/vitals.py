"""How the generators did: processor, event loop, waits for a connection, and what they sent again."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from slo.history.health import BUSY_SHARE, LENGTH
from slo.report import wording
from slo.report.bins import Bins, Row, bins_for, folded
from slo.report.charts import timeline
from slo.report.charts.layers import timeline_of
from slo.report.document import Block, Cell, Figure, Specification, Table, columns, row, said
from slo.report.evidence import Evidence
from slo.report.wording import NS_PER_MS, NS_PER_S

SENT_AGAIN_SHOWN = 0.01
"""The share of requests sent again from which on it is worth a picture."""


@dataclass(frozen=True, slots=True)
class VitalFacts:
    """A worker over the whole run. ``busy_share``: of a processor, in the mean; the others are of the worst second."""

    worker: int
    busy_share: float
    busy_share_max: float
    stall_ms_max: float
    calls: int
    pool_waits: int
    pool_wait_ms_max: float


def blocks(evidence: Evidence) -> Iterator[Block]:
    """Nothing where nothing is known of it."""
    if not evidence.health.height:
        return
    yield said(vitals_sentence(evidence))
    yield Figure(
        "processor",
        "How much of a processor the generator used",
        "The thread that sends and receives, of the worker that used most; without one to spare, answers wait for the "
        "generator as they would for the target.",
        timeline.shares(busy_rows(evidence), timeline_of(evidence)),
    )
    yield Table(
        "Processor, event loop and connections by worker",
        (
            *columns("worker"),
            *columns("processor", "busiest second", "longest stall", "calls", "waits", "longest wait"),
        ),
        tuple(_row(facts) for facts in vital_facts(evidence.health)),
    )


def vitals_sentence(evidence: Evidence) -> str:
    generator = evidence.verdict.generator
    return (
        f"The busiest second of a worker took {wording.percent(generator.busy_share_max or 0.0)} of a processor; no "
        f"processor was to spare in {wording.percent(generator.full_share or 0.0)} of the time "
        f"(allowed: {wording.percent(generator.full_share_allowed)}). The event loop stood still for "
        f"{wording.milliseconds(generator.stall_ms_max)} at most; the stalls of all seconds with one over "
        f"{wording.milliseconds(generator.lag_ms_p99_allowed)} are "
        f"{wording.percent(generator.stalled_share or 0.0)} of the time "
        f"(allowed: {wording.percent(generator.stalled_share_allowed)}). "
        f"{wording.plural(generator.pool_waits or 0, 'request')} had to wait for a connection."
    )


def vital_facts(health: pl.DataFrame) -> Iterator[VitalFacts]:
    by_worker = health.group_by("worker").agg(
        busy_share=pl.col("busy_ns").sum() / LENGTH.sum(),
        busy_share_max=BUSY_SHARE.max(),
        stall_ms_max=pl.col("stall_ns_max").max() / NS_PER_MS,
        calls=pl.col("calls").sum(),
        pool_waits=pl.col("pool_waits").sum(),
        pool_wait_ms_max=pl.col("pool_wait_ns_max").max() / NS_PER_MS,
    )
    for facts in by_worker.sort("worker").iter_rows(named=True):
        yield VitalFacts(**facts)


def _row(facts: VitalFacts) -> tuple[Cell, ...]:
    return row(
        str(facts.worker),
        wording.percent(facts.busy_share),
        wording.percent(facts.busy_share_max),
        wording.milliseconds(facts.stall_ms_max),
        wording.count(facts.calls),
        wording.count(facts.pool_waits),
        wording.milliseconds(facts.pool_wait_ms_max) if facts.pool_waits else wording.NONE,
    )


def busy_rows(evidence: Evidence) -> list[Row]:
    return folded(_placed(evidence.health), seconds_for(evidence), {"processor": 100 * BUSY_SHARE.max()})


def stalls(evidence: Evidence, bins: Bins) -> list[float | None]:
    """The longest stall of each bin in ms; the second in which it was seen says no better when it was."""
    seen = folded(_placed(evidence.health), bins, {"stall": pl.col("stall_ns_max").max() / NS_PER_MS})
    return [each["stall"] if isinstance(each["stall"], float) else None for each in seen]


def sent_again(evidence: Evidence) -> Iterator[Block]:
    """What retries and hedges add to the load, where they do."""
    calls, first = evidence.verdict.generator.calls, evidence.samples["sent_ns"].count()
    if calls is None or calls - first <= SENT_AGAIN_SHOWN * first:
        return
    yield Figure(
        "requests",
        "What was sent again",
        f"{wording.count(calls)} requests went out for {wording.count(first)} arrivals: "
        f"{wording.number(calls / max(first, 1))} for each. The lines part where clients send again what failed, "
        "or hedge what is slow.",
        requests_chart(evidence),
    )


def requests_chart(evidence: Evidence) -> Specification:
    return timeline.requests(request_rows(evidence), timeline_of(evidence))


def request_rows(evidence: Evidence) -> list[Row]:
    """Arrivals by the time they were due, and requests by the time they went out, per second."""
    bins, workers = seconds_for(evidence), evidence.record.workers
    sent = evidence.samples.filter(pl.col("sent_ns").is_not_null())
    first = folded(sent, bins, {"first": pl.len()})
    in_run = pl.col("end_ns") - pl.col("scheduled_ns")
    per_s = pl.col("calls").sum() / in_run.sum() * NS_PER_S * workers
    again = folded(_placed(evidence.health), bins, {"in all": per_s})
    return [{**calls, "first": _per_s(counted)} for calls, counted in zip(again, first, strict=True)]


def _per_s(counted: Row) -> float:
    length_s = float(counted["end_s"] or 0) - float(counted["start_s"] or 0)
    return round(float(counted["first"] or 0) / length_s, 3)


def seconds_for(evidence: Evidence) -> Bins:
    """No finer than health is known."""
    return Bins(max(bins_for(evidence.end_ns).width_ns, NS_PER_S), evidence.end_ns)


def _placed(health: pl.DataFrame) -> pl.DataFrame:
    """As samples are placed in bins, without what was before the run's start."""
    return health.filter(pl.col("end_ns") > 0).with_columns(scheduled_ns=pl.col("start_ns").clip(lower_bound=0))
