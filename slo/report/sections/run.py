"""What was run: target, load, faults, and what became of every arrival."""

from collections.abc import Iterator, Mapping

import polars as pl
from pydantic import JsonValue

from slo.history import Event, EventKind, FaultRecord, Outcome, PhaseRecord
from slo.reconciliation import Source
from slo.report import wording
from slo.report.charts.theme import OUTCOME_TOKENS
from slo.report.document import Block, Cell, Section, Table, columns, remarked, row
from slo.report.evidence import Evidence, FaultBand
from slo.verdict import AvailabilityInterval, Latency

MEANINGS = {
    Outcome.OK: "answered as a working venue does; a business rejection is an answer",
    Outcome.THROTTLED: "the caller was told to slow down",
    Outcome.SHED: "refused for the venue's own sake, certainly not done",
    Outcome.FAILED: "certainly not done",
    Outcome.UNKNOWN: "an order or cancel that may have been done",
    Outcome.DROPPED: "the generator could not send; the venue never saw it",
}

SOURCES = {
    Source.LEDGER: "Here the ledger tells.",
    Source.QUERY: "Here the venue's answers tell; it says nothing of acknowledged orders that were done twice or lost.",
}

NOT_PARAMETERS = ("shape", "source")
"""Of the shape of arrivals: its name, and where a recording is from, which is too long for a cell."""


def build(evidence: Evidence) -> Iterator[Block]:
    yield Table("The run", columns("", "", words=2), tuple(_facts(evidence)))
    if evidence.record.phases and not evidence.feed:
        yield _phases(evidence)
    if evidence.record.faults:
        yield _faults(evidence)
    yield _outcomes(evidence)
    if evidence.verdict.availability and not evidence.feed:
        yield _availability(evidence.verdict.availability)
        yield remarked(
            "Availability of an operation is an interval while anybody's order is in doubt: the lower end counts every "
            "unresolved arrival as lost, the upper end as done. Asking the venue about each order closes it, and so "
            f"does the exchange's ledger. {' '.join(_resolved(evidence))}".rstrip()
        )
    if evidence.verdict.latency and not evidence.feed:
        yield _latency(evidence.verdict.latency)


def _facts(evidence: Evidence) -> Iterator[tuple[Cell, ...]]:
    record = evidence.record
    yield row("recording" if evidence.feed else "scenario", record.name)
    yield row("target", f"{record.target.kind}, venue {record.target.venue}")
    if record.target.url:
        yield row("address", record.target.url)
    for name, value in sorted(record.target.exchange.items()):
        yield row(f"exchange: {name}", _written(value))
    yield row("started", f"{evidence.started_at:%Y-%m-%d %H:%M:%S} UTC")
    yield row("lasted", f"{wording.duration(evidence.end_ns)}, ended {record.status.value}")
    for source in dict.fromkeys(phase.arrivals["source"] for phase in record.phases if "source" in phase.arrivals):
        yield row("replayed arrivals", str(source))
    for event in evidence.events:
        if event.kind is EventKind.PROCESS_EXITED:
            yield row("died in mid-run", f"{event.subject}, seen at {wording.seconds(event.at_ns / wording.NS_PER_S)}")
        elif event.kind is EventKind.WORKER_TURNED_AWAY:
            yield row("worker turned away", f"{event.subject or 'unknown host'}: {event.detail.get('why')}")
        elif event.kind is EventKind.RUN_FAILED:
            yield row("failed", f"{event.detail.get('why')}; seen at {wording.seconds(event.at_ns / wording.NS_PER_S)}")
        elif event.kind is EventKind.RUN_ABORTED:
            yield row("stopped by stop_when", _stopped(event))
        elif event.kind is EventKind.RUN_AUDITED:
            yield row("left behind", _audited(event))
    if not evidence.feed:
        yield row("an answer is in time within", wording.milliseconds(evidence.deadline_ms))
        yield row("given up after", wording.milliseconds(float(record.timeout_ms)))
        yield row("seed", str(record.seed))
        if record.workers > 1:
            yield row("workers", str(record.workers))


def _stopped(event: Event) -> str:
    told = event.detail
    noticed, healed = (_milliseconds(told.get(name)) for name in ("noticed_after_ms", "healed_after_ms"))
    return (
        f"{event.subject} burnt {told.get('burn_rate')} times what its target allows ({told.get('bad')} of "
        f"{told.get('total')} events bad); noticed {noticed} after the limit was reached, all healed after {healed}"
    )


def _audited(event: Event) -> str:
    left = event.detail.get("left")
    if isinstance(left, list) and left:
        return "; ".join(str(each) for each in left)
    before, after = (_milliseconds(event.detail.get(name)) for name in ("ping_ms_before", "ping_ms_after"))
    return f"nothing: no fault in force, nothing stopped or limited; a ping took {before} before the run, {after} after"


def _milliseconds(value: object) -> str:
    return wording.milliseconds(value) if isinstance(value, int | float) else wording.NONE


def _phases(evidence: Evidence) -> Table:
    return Table(
        "Phases and the load in them",
        (*columns("phase", "load", words=2), *columns("from", "for", "arrivals", "arrivals/s", words=0)),
        tuple(_phase_row(phase, evidence.samples) for phase in evidence.record.phases),
    )


def _phase_row(phase: PhaseRecord, samples: pl.DataFrame) -> tuple[Cell, ...]:
    due = samples.filter(pl.col("scheduled_ns").is_between(phase.start_ns, phase.end_ns, closed="left")).height
    length_ns = phase.end_ns - phase.start_ns
    return row(
        phase.name,
        load_of(phase),
        wording.seconds(phase.start_ns / wording.NS_PER_S),
        wording.duration(length_ns),
        wording.count(due),
        wording.number(due * wording.NS_PER_S / length_ns) if length_ns else wording.NONE,
    )


def load_of(phase: PhaseRecord) -> str:
    """What the phase asked for, as the scenario says it and as it was resolved."""
    if phase.users is not None:
        return wording.plural(phase.users, "user")
    if phase.rate_per_s is None:
        return phase.kind.value
    resolved = wording.rate(phase.rate_per_s)
    as_written = phase.rate in (None, f"{phase.rate_per_s:g}/s")
    return (resolved if as_written else f"{phase.rate} = {resolved}") + _shape(phase.arrivals)


def _shape(arrivals: Mapping[str, JsonValue]) -> str:
    """How arrivals lay around their rate: the shape's name, and its parameters in brackets."""
    if not arrivals:
        return ""
    told = ", ".join(f"{name} {_value(value)}" for name, value in arrivals.items() if name not in NOT_PARAMETERS)
    return f", {arrivals['shape']}" + (f" ({told})" if told else "")


def _value(value: JsonValue) -> str:
    if isinstance(value, list):
        return " ".join(_value(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _faults(evidence: Evidence) -> Table:
    touched = dict(evidence.samples.group_by(pl.col("fault").cast(pl.String)).len().iter_rows())
    bands = {band.id: band for band in evidence.faults}
    return Table(
        "Faults injected, from when they took hold until they were healed",
        (
            *columns("fault", "kind", "on", "with", words=4),
            *columns("from", "for", "arrivals touched", "answered again after", words=0),
        ),
        tuple(_fault_row(fault, bands[fault.id], touched.get(fault.id, 0)) for fault in evidence.record.faults),
    )


def _fault_row(fault: FaultRecord, band: FaultBand, touched: int) -> tuple[Cell, ...]:
    return row(
        fault.id,
        f"{fault.kind} ({fault.seam})",
        ", ".join(f"{name} {value}" for name, value in sorted(fault.on.items())) or "everything",
        ", ".join(f"{name} {_written(value)}" for name, value in sorted(fault.parameters.items())) or wording.NONE,
        wording.seconds(band.start_ns / wording.NS_PER_S) if band.applied else "never applied",
        wording.duration(band.end_ns - band.start_ns) if band.applied else wording.NONE,
        wording.count(touched),
        wording.NONE if band.recovered_ms is None else wording.milliseconds(band.recovered_ms),
    )


def _outcomes(evidence: Evidence) -> Table:
    accounting = evidence.verdict.accounting
    rows = [
        row(
            Cell(outcome.value, swatch=OUTCOME_TOKENS[outcome.value].name),
            MEANINGS[outcome],
            wording.count(accounting.outcomes[outcome.value]),
            wording.share(accounting.outcomes[outcome.value], accounting.rows),
        )
        for outcome in Outcome
        if not evidence.feed or accounting.outcomes[outcome.value]
    ]
    total = row("all", f"{wording.count(accounting.scheduled)} were scheduled", wording.count(accounting.rows), "")
    return Table(
        "What became of every scheduled arrival",
        (*columns("outcome", "the venue...", words=2), *columns("arrivals", "share", words=0)),
        (*rows, total),
    )


def _availability(intervals: list[AvailabilityInterval]) -> Table:
    return Table(
        "Availability of each operation",
        (
            *columns("operation", "venue", words=2),
            *columns("arrivals", "ok", "unknown", "found done once", "found twice", "found not done", words=0),
            *columns("still open", "at least", "at most", "placed more than once", "acknowledged and lost", words=0),
        ),
        tuple(_interval_row(interval) for interval in intervals),
    )


def _resolved(evidence: Evidence) -> Iterator[str]:
    """Who said what became of orders in doubt, what kept the venue from saying it, and whether it said the truth."""
    placed = [each for each in evidence.verdict.availability if each.source is not None]
    for source in sorted({each.source for each in placed if each.source is not None}):
        yield SOURCES[source]
    for event in evidence.events:
        if event.kind is EventKind.ORDERS_ASKED:
            asked = f"Of {event.detail['in_doubt']} orders in doubt the venue answered for {event.detail['answered']}"
            yield f"{asked}: {event.detail['why']}." if event.detail["why"] else f"{asked}."
    if contradicted := sum(each.contradicted for each in placed):
        ids = wording.plural(contradicted, "client order id")
        yield f"The exchange's ledger contradicts what it said of {ids}: a defect of the exchange."


def _interval_row(interval: AvailabilityInterval) -> tuple[Cell, ...]:
    counts = (
        interval.all,
        interval.ok,
        interval.unknown,
        interval.executed_once,
        interval.executed_twice,
        interval.not_executed,
        interval.unresolved,
    )
    least = interval.ok + interval.executed_once
    shares = (wording.share(part, interval.all) for part in (least, least + interval.unresolved))
    ends = (wording.count(number) for number in (interval.duplicated, interval.lost))
    return row(interval.op, interval.venue, *(wording.count(number) for number in counts), *shares, *ends)


def _latency(latencies: list[Latency]) -> Table:
    return Table(
        "Latency of each operation, over everything that came to an end; the bound is one-sided, at 95 % confidence",
        (
            *columns("operation", "venue", words=2),
            *columns("ended", "response p50", "response p99", "p99 at most", "response max", words=0),
            *columns("service p50", "service p99", words=0),
        ),
        tuple(_latency_row(latency) for latency in latencies),
    )


def _latency_row(latency: Latency) -> tuple[Cell, ...]:
    figures = (
        latency.response_ms_p50,
        latency.response_ms_p99,
        latency.response_ms_p99_upper,
        latency.response_ms_max,
        latency.service_ms_p50,
        latency.service_ms_p99,
    )
    return row(latency.op, latency.venue, wording.count(latency.done), *map(wording.milliseconds, figures))


def _written(value: object) -> str:
    """A setting as a person would write it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_written(inner)}" for name, inner in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(_written(inner) for inner in value)
    return str(value)


SECTION = Section("run", "What was run", build)
