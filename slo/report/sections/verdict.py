"""The answer first: the verdict, each objective with the figures behind its status, and what stands in the way."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from slo.history import Outcome
from slo.report import wording
from slo.report.document import (
    Banner,
    Block,
    Cell,
    Definition,
    Definitions,
    Heading,
    KeyFigure,
    KeyFigures,
    Section,
    Table,
    Tone,
    columns,
    row,
)
from slo.report.evidence import Evidence, doubts_about_run
from slo.verdict import ObjectiveVerdict, Reason, Status, Verdict

TONES = {Status.MET: Tone.GOOD, Status.MISSED: Tone.BAD, Status.INCONCLUSIVE: Tone.OPEN}


def build(evidence: Evidence) -> Iterator[Block]:
    verdict = evidence.verdict
    yield Banner(verdict.status.value, TONES[verdict.status], summary(verdict))
    yield KeyFigures(tuple(_key_figures(evidence)))
    if verdict.objectives:
        yield objectives_table(verdict.objectives)
        yield Definitions(tuple(_judgement(objective, verdict) for objective in verdict.objectives))
    doubts = doubts_about_run(verdict)
    if doubts:
        yield Heading("What stands in the way of a verdict")
        yield Definitions(tuple(_obstacle(reason) for reason in doubts))


def summary(verdict: Verdict) -> str:
    """One sentence: how many objectives ended how."""
    if not verdict.objectives:
        return "No objective was judged."
    statuses = Counter(objective.status for objective in verdict.objectives)
    parts = [f"{statuses[status]} {status.value}" for status in Status if statuses[status]]
    total = wording.plural(len(verdict.objectives), "objective")
    doubts = len(doubts_about_run(verdict))
    doubt = f", and {wording.plural(doubts, 'reason')} to doubt the run itself" if doubts else ""
    return f"{total}: {wording.listed(parts)}{doubt}."


def _key_figures(evidence: Evidence) -> Iterator[KeyFigure]:
    rows = evidence.verdict.accounting.rows
    yield KeyFigure("events" if evidence.feed else "arrivals", wording.count(rows), wording.duration(evidence.end_ns))
    in_time = evidence.ends.filter(end=Outcome.OK.value).height
    within = wording.milliseconds(evidence.deadline_ms)
    yield KeyFigure(f"in time (within {within})", wording.share(in_time, rows), wording.count(in_time))
    if not evidence.feed:
        yield _availability(evidence)
    capacity = evidence.findings.capacity
    if capacity is not None and capacity.saturated:
        peak = f"peak {wording.rate(capacity.peak_per_s)} with {wording.plural(capacity.peak_users, 'user')}"
        yield KeyFigure("capacity", wording.rate(capacity.pooled_per_s), peak)


def _availability(evidence: Evidence) -> KeyFigure:
    """Of all operations together, with what the ledger knows of the unknown ones."""
    intervals = evidence.verdict.availability
    every = sum(interval.all for interval in intervals)
    unresolved = sum(interval.unresolved for interval in intervals)
    least = sum(interval.ok + interval.executed_once for interval in intervals)
    at_most = f"up to {wording.share(least + unresolved, every)}, {wording.count(unresolved)} in doubt"
    return KeyFigure("available", wording.share(least, every), at_most if unresolved else "nothing left in doubt")


def objectives_table(objectives: Sequence[ObjectiveVerdict]) -> Table:
    return Table(
        "Objectives; bounds are one-sided, at 95 % confidence; minutes are those of a 30-day month like this run",
        (
            *columns("objective", "status", words=2),
            *columns("target", "measured", "at least", "at most", "good", "total", words=0),
            *columns("budget left (events)", "budget left (min per month)", words=0),
        ),
        tuple(_objective_row(objective) for objective in objectives),
    )


def _objective_row(objective: ObjectiveVerdict) -> tuple[Cell, ...]:
    budget = objective.budget
    return row(
        objective.name,
        Cell(objective.status.value, TONES[objective.status]),
        wording.target(objective.target),
        wording.NONE if objective.sli is None else wording.share(objective.good, objective.total),
        wording.NONE if objective.lower_bound is None else wording.at_least(objective.lower_bound),
        wording.NONE if objective.upper_bound is None else wording.at_most(objective.upper_bound),
        wording.count(objective.good),
        wording.count(objective.total),
        f"{_signed(budget.events_remaining)} of {budget.events_allowed:,.1f}",
        wording.NONE
        if budget.minutes_remaining is None
        else f"{_signed(budget.minutes_remaining)} of {budget.minutes_allowed:,.1f}",
    )


def _judgement(objective: ObjectiveVerdict, verdict: Verdict) -> Definition:
    parts = [ended(objective.description), unbroken(objective.reason), unbroken(objective.settled_by or "")]
    asked = objective.good_query or f"not ({objective.bad_query})"
    parts.append(f"Good is: {asked}; of: {objective.total_query}.")
    kinds = "".join(f" ({reason.kind.value})" for reason in verdict.reasons if reason.subject == objective.name)
    return Definition(f"{objective.name}: {objective.status.value}{kinds}", " ".join(part for part in parts if part))


def _obstacle(reason: Reason) -> Definition:
    return Definition(f"{reason.kind.value}: {reason.subject}", unbroken(f"{reason.message} {reason.settled_by}"))


def ended(sentence: str) -> str:
    """With the full stop that a description written as a title lacks."""
    return f"{sentence}." if sentence and sentence[-1] not in ".!?" else sentence


def unbroken(sentence: str) -> str:
    """The judge's words, with no line ending between a number and its per cent."""
    return sentence.replace(" %", f"{wording.NO_BREAK}%")


def _signed(left: Decimal) -> str:
    """What is left; an overspent budget is negative."""
    return f"{left:,.1f}".replace("-", "\N{MINUS SIGN}")


SECTION = Section("verdict", "Verdict", build)
