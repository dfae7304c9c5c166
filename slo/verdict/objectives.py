"""Judges objectives: met, missed or inconclusive, from integer counts and exact targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slo.budget import budget_of
from slo.objectives import Objective
from slo.objectives.counting import Counted, count_events
from slo.statistics import CONFIDENCE, lower_bound, refutes_target, requests_needed, shows_target, upper_bound
from slo.verdict.model import BudgetVerdict, ObjectiveVerdict, Reason, ReasonKind, Status
from slo.verdict.sparing import Spared
from slo.verdict.wording import percent, percent_at_most, plural


@dataclass(frozen=True, slots=True)
class Finding:
    """A status and why; ``doubt`` where it is inconclusive."""

    status: Status
    reason: str
    doubt: Reason | None = None
    requests_needed: int | None = None
    """With the failures there were, where they are what is missing."""


def judge_objective(
    objective: Objective, samples: pl.DataFrame, phases: Sequence[str], spared: Spared | None = None
) -> list[tuple[ObjectiveVerdict, Reason | None]]:
    """One verdict per group of the objective, with its doubt where it is inconclusive.

    ``samples`` with derived columns; ``phases``: the names of those in the run; ``spared``: where something of ours
    was at fault.
    """
    counts = count_events(objective.indicator, samples)
    spared_counts = {_key(part.group): part for part in _counts_if_any(objective, spared)}
    return [_judged(objective, counted, phases, spared, spared_counts) for counted in counts]


def _judged(
    objective: Objective,
    counted: Counted,
    phases: Sequence[str],
    spared: Spared | None,
    spared_counts: Mapping[tuple[str, ...], Counted],
) -> tuple[ObjectiveVerdict, Reason | None]:
    name = _name(objective, counted)
    finding = _find(objective, counted, phases, name)
    if spared is not None and finding.status is not Status.INCONCLUSIVE:
        finding = _find_in_spite(objective, finding, spared, spared_counts.get(_key(counted.group)), name)
    return _verdict(objective, counted, name, finding), finding.doubt


def _find(objective: Objective, counted: Counted, phases: Sequence[str], name: str) -> Finding:
    if missing := sorted(set(objective.indicator.phases) - set(phases)):
        return _no_such_phase(missing, phases, name)
    if counted.total == 0:
        return _no_data(objective, name)
    shown = f"{counted.good:,} of {plural(counted.total, 'event')} were good ({percent(counted.good / counted.total)})"
    if shows_target(counted.good, counted.total, objective.target):
        least = percent(lower_bound(counted.good, counted.total))
        return Finding(Status.MET, f"{shown}: at least {least} with 95 % confidence, and {_target(objective)} asked.")
    if refutes_target(counted.good, counted.total, objective.target):
        most = percent_at_most(upper_bound(counted.good, counted.total))
        return Finding(Status.MISSED, f"{shown}: at most {most} with 95 % confidence, but {_target(objective)} asked.")
    return _undecided(objective, counted, shown, name)


def _undecided(objective: Objective, counted: Counted, shown: str, name: str) -> Finding:
    needed = requests_needed(objective.target)
    in_all = requests_needed(objective.target, counted.bad)
    low, high = lower_bound(counted.good, counted.total), upper_bound(counted.good, counted.total)
    if counted.total < needed:
        why = f"even without a failure {percent(objective.target)} takes {plural(needed, 'event')}"
    else:
        between = f"between {percent(low)} and {percent_at_most(high)}"
        why = f"with 95 % confidence that is {between}, on either side of the target"
    more = plural(in_all - counted.total, "more event")
    settled_by = f"{more} without another bad one would show it; enough bad ones among them, refute it."
    message = f"{shown}: {why}."
    doubt = Reason(kind=ReasonKind.TOO_FEW_REQUESTS, subject=name, message=message, settled_by=settled_by)
    return Finding(Status.INCONCLUSIVE, message, doubt, in_all)


def _no_data(objective: Objective, name: str) -> Finding:
    message = f"No sample of the run fulfils {objective.indicator.total.text}."
    settled_by = "Run traffic of that kind, or ask about what was run."
    doubt = Reason(kind=ReasonKind.NO_DATA, subject=name, message=message, settled_by=settled_by)
    return Finding(Status.INCONCLUSIVE, message, doubt)


def _no_such_phase(missing: Sequence[str], phases: Sequence[str], name: str) -> Finding:
    there = ", ".join(dict.fromkeys(phases)) or "none"
    message = f"The objective asks about phase {', '.join(missing)}, but the phases of this run are: {there}."
    settled_by = "Name a phase of the run in the objective, or run a scenario that has the phase."
    doubt = Reason(kind=ReasonKind.NO_SUCH_PHASE, subject=name, message=message, settled_by=settled_by)
    return Finding(Status.INCONCLUSIVE, message, doubt)


def _find_in_spite(
    objective: Objective, finding: Finding, spared: Spared, counted: Counted | None, name: str
) -> Finding:
    """What stands of ``finding`` when something of ours was at fault."""
    if counted and finding.status is Status.MISSED and refutes_target(counted.good, counted.total, objective.target):
        return Finding(Status.MISSED, f"{finding.reason} Missed also without {spared.without}.")
    message = f"{finding.reason} But {spared.doubt.message}"
    return Finding(Status.INCONCLUSIVE, message, spared.doubt.model_copy(update={"subject": name, "message": message}))


def _verdict(objective: Objective, counted: Counted, name: str, finding: Finding) -> ObjectiveVerdict:
    indicator, any_events, target = objective.indicator, counted.total > 0, objective.target
    return ObjectiveVerdict(
        name=name,
        slo=objective.slo,
        description=objective.description,
        service=objective.service,
        file=objective.file,
        group=dict(counted.group),
        target=target,
        good_query=indicator.good.text if indicator.good else None,
        bad_query=indicator.bad.text if indicator.bad else None,
        total_query=indicator.total.text,
        good=counted.good,
        bad=counted.bad,
        total=counted.total,
        sli=round(counted.good / counted.total, 9) if any_events else None,
        lower_bound=lower_bound(counted.good, counted.total) if any_events else None,
        upper_bound=upper_bound(counted.good, counted.total) if any_events else None,
        confidence=CONFIDENCE,
        status=finding.status,
        reason=finding.reason,
        settled_by=finding.doubt.settled_by if finding.doubt else None,
        budget=BudgetVerdict.model_validate(budget_of(target, counted)),
        requests_needed=requests_needed(target) if target else None,
        requests_needed_with_failures=finding.requests_needed,
    )


def _counts_if_any(objective: Objective, spared: Spared | None) -> list[Counted]:
    return [] if spared is None else count_events(objective.indicator, spared.samples)


def _key(group: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(group.values())


def _name(objective: Objective, counted: Counted) -> str:
    return f"{objective.name} ({', '.join(counted.group.values())})" if counted.group else objective.name


def _target(objective: Objective) -> str:
    return f"{percent(objective.target)} was" if objective.target else "nothing was"
