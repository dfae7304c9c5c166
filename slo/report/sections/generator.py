"""How healthy the generators were: whether the load was what it was meant to be."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from slo.history import Outcome
from slo.report import wording
from slo.report.bins import Bins, Row, bins_for, folded, nearest_rank
from slo.report.charts import timeline
from slo.report.charts.layers import timeline_of
from slo.report.document import Block, Cell, Figure, Section, Table, columns, row, said
from slo.report.evidence import Evidence
from slo.report.sections import vitals
from slo.report.sections.timeline import SMALLEST_MS

PERCENTILES = (50, 99, 100)


@dataclass(frozen=True, slots=True)
class LagFacts:
    """How late the requests due in a phase, or of a worker, were sent, and how many could not be."""

    name: str
    sent: int
    dropped: int
    lag_ms_p50: float | None
    lag_ms_p99: float | None
    lag_ms_max: float | None


def build(evidence: Evidence) -> Iterator[Block]:
    if evidence.feed or evidence.samples["lag_ms"].is_null().all():
        return
    yield said(lateness_sentence(evidence))
    bins = bins_for(evidence.end_ns)
    yield Figure(
        "lag",
        "How late requests were sent",
        f"Time from when a request was due to when it was sent, in bins of {wording.duration(bins.width_ns)}"
        + (", and the longest stall of an event loop in each second." if evidence.health.height else "."),
        timeline.lags(_with_stalls(evidence, lag_rows(evidence.samples, bins)), timeline_of(evidence)),
    )
    yield _table("phase", lag_facts(evidence))
    if evidence.record.workers > 1:
        yield _table("worker", lag_facts_by_worker(evidence))
    yield from vitals.blocks(evidence)


def _table(by: str, facts: Iterable[LagFacts]) -> Table:
    return Table(
        f"The same by {by}",
        (*columns(by), *columns("sent", "dropped", "lag p50", "lag p99", "lag max", words=0)),
        tuple(_row(each) for each in facts),
    )


def lateness_sentence(evidence: Evidence) -> str:
    """The lateness of the whole run beside what a sound run allows itself."""
    generator = evidence.verdict.generator
    return (
        f"Half of all requests were sent within {wording.milliseconds(generator.lag_ms_p50)} of when they were due, "
        f"99 % within {wording.milliseconds(generator.lag_ms_p99)} "
        f"(allowed: {wording.milliseconds(generator.lag_ms_p99_allowed)}), the latest after "
        f"{wording.milliseconds(generator.lag_ms_max)}. {wording.plural(generator.dropped, 'arrival')} "
        f"({wording.percent(generator.dropped_share)}) could not be sent at all "
        f"(allowed: {wording.percent(generator.dropped_share_allowed)}). Response times count from when a request was "
        "due, so lateness is in them and not hidden; beyond what is allowed, the generator and not the target was "
        "measured."
    )


def lag_rows(samples: pl.DataFrame, bins: Bins) -> list[Row]:
    names = {50: "p50", 99: "p99", 100: "max"}
    lag = pl.col("lag_ms")
    return folded(
        samples,
        bins,
        {names[hundredths]: nearest_rank(lag, hundredths).clip(lower_bound=SMALLEST_MS) for hundredths in PERCENTILES},
    )


def _with_stalls(evidence: Evidence, lags: list[Row]) -> list[Row]:
    """Each bin with the longest stall of the second in which it begins."""
    if not evidence.health.height:
        return lags
    seconds = vitals.seconds_for(evidence)
    longest = vitals.stalls(evidence, seconds)
    return [{**lag, "longest stall": longest[int(float(lag["start_s"] or 0) // seconds.width_s)]} for lag in lags]


def lag_facts(evidence: Evidence) -> Iterator[LagFacts]:
    for band in evidence.phases:
        due_in_phase = pl.col("scheduled_ns").is_between(band.start_ns, band.end_ns, closed="left")
        yield _facts_of(band.name, evidence.samples.filter(due_in_phase))


def lag_facts_by_worker(evidence: Evidence) -> Iterator[LagFacts]:
    """Of each worker of the run; one that left no sample is there too."""
    for worker in range(evidence.record.workers):
        yield _facts_of(str(worker), evidence.samples.filter(worker=worker))


def _facts_of(name: str, due: pl.DataFrame) -> LagFacts:
    lag = pl.col("lag_ms")
    p50, p99, most = due.select(a=nearest_rank(lag, 50), b=nearest_rank(lag, 99), c=lag.max()).row(0)
    dropped = due.filter(outcome=Outcome.DROPPED.value).height
    return LagFacts(name, due.height - due["sent_ns"].null_count(), dropped, p50, p99, most)


def _row(facts: LagFacts) -> tuple[Cell, ...]:
    lags = (facts.lag_ms_p50, facts.lag_ms_p99, facts.lag_ms_max)
    return row(
        facts.name,
        wording.count(facts.sent),
        wording.count(facts.dropped),
        *(wording.milliseconds(lag) for lag in lags),
    )


SECTION = Section("generator", "Generator health", build)
