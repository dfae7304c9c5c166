"""The run over time: how arrivals ended, how long answers took, and what was broken meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from slo.history import Outcome
from slo.report import wording
from slo.report.bins import Bins, Row, bins_for, folded, nearest_rank, rates_per_s
from slo.report.charts import timeline
from slo.report.charts.layers import timeline_of
from slo.report.document import Block, Cell, Column, Figure, Section, Table, columns, row
from slo.report.evidence import END_TITLES, Evidence, PhaseBand
from slo.report.sections import vitals

SMALLEST_MS = 0.001
"""What a logarithmic axis can show of zero."""


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """How the arrivals due in a phase ended. Percentiles are over its ok answers, late ones included."""

    name: str
    arrivals: int
    ends: dict[str, int]
    response_ms_p50: float | None
    response_ms_p99: float | None
    service_ms_p99: float | None


def build(evidence: Evidence) -> Iterator[Block]:
    if evidence.feed or evidence.samples.is_empty():
        return
    bins, ends = bins_for(evidence.end_ns), evidence.ends_seen
    where = timeline_of(evidence)
    titles = {end: END_TITLES[end] for end in ends}
    yield Figure(
        "rates",
        "What became of arrivals",
        f"By the time they were due, in bins of {wording.duration(bins.width_ns)}; {_shading(evidence)}",
        timeline.rates(rates_per_s(evidence.ends, ends, bins), titles, where),
    )
    yield from vitals.sent_again(evidence)
    answered = evidence.samples.filter(outcome=Outcome.OK.value)
    if not answered.is_empty():
        yield Figure(
            "latencies",
            "Response time is what the user felt, service time what the target took",
            "Of arrivals answered ok, by the time they were due. Where the two part, requests were sent after they "
            "were due: a figure of service time alone would hide it.",
            timeline.latencies(latency_rows(answered, bins), evidence.deadline_ms, where),
        )
    yield _table(tuple(phase_facts(evidence)), ends)


def latency_rows(answered: pl.DataFrame, bins: Bins) -> list[Row]:
    clocks = {"response": pl.col("response_ms"), "service": pl.col("service_ms")}
    return folded(
        answered,
        bins,
        {
            f"{clock} p{hundredths}": nearest_rank(values, hundredths).clip(lower_bound=SMALLEST_MS)
            for clock, values in clocks.items()
            for hundredths in (50, 99)
        },
    )


def phase_facts(evidence: Evidence) -> Iterator[PhaseFacts]:
    for band in evidence.phases:
        yield _facts_of(band, evidence.ends)


def _facts_of(band: PhaseBand, samples: pl.DataFrame) -> PhaseFacts:
    due = samples.filter(pl.col("scheduled_ns").is_between(band.start_ns, band.end_ns, closed="left"))
    response, service = pl.col("response_ms"), pl.col("service_ms")
    figures = due.filter(outcome=Outcome.OK.value).select(
        p50=nearest_rank(response, 50), p99=nearest_rank(response, 99), service_p99=nearest_rank(service, 99)
    )
    p50, p99, service_p99 = figures.row(0)
    return PhaseFacts(band.name, due.height, dict(due.group_by("end").len().iter_rows()), p50, p99, service_p99)


def _table(phases: tuple[PhaseFacts, ...], ends: list[str]) -> Table:
    return Table(
        "The same by phase; percentiles are of answers that were ok",
        (
            *columns("phase", "arrivals"),
            *(Column(END_TITLES[end]) for end in ends),
            *columns("response p50", "response p99", "service p99", words=0),
        ),
        tuple(_phase_row(phase, ends) for phase in phases),
    )


def _phase_row(phase: PhaseFacts, ends: list[str]) -> tuple[Cell, ...]:
    latencies = (phase.response_ms_p50, phase.response_ms_p99, phase.service_ms_p99)
    return row(
        phase.name,
        wording.count(phase.arrivals),
        *(wording.count(phase.ends.get(end, 0)) for end in ends),
        *(wording.milliseconds(value) for value in latencies),
    )


def _shading(evidence: Evidence) -> str:
    applied = [fault.id for fault in evidence.faults if fault.applied]
    if not applied:
        return "no fault was injected."
    return f"shaded from when a fault took hold until it was healed ({wording.listed(applied)})."


SECTION = Section("timeline", "The run over time", build)
