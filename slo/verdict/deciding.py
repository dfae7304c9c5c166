"""Brings everything together into one verdict: missed > inconclusive > met."""

from collections.abc import Iterable, Mapping, Sequence

from slo.feeds import disturbed, feed_figures
from slo.history import RunRecord, RunStatus, Stored
from slo.objectives import Objective
from slo.reconciliation import Reconciliation
from slo.verdict.accounting import account
from slo.verdict.availability import availability
from slo.verdict.generator import generator_of, generator_reasons
from slo.verdict.latency import latencies
from slo.verdict.model import ObjectiveVerdict, Reason, ReasonKind, Status, Verdict
from slo.verdict.objectives import judge_objective
from slo.verdict.reasons import audit_reasons, clock_reasons, completeness_reasons, fault_reasons, operation_reasons
from slo.verdict.sparing import spared

_NOTHING_RESOLVED: Mapping[str, Reconciliation] = {}


def judge(
    stored: Stored, objectives: Sequence[Objective], resolved: Mapping[str, Reconciliation] = _NOTHING_RESOLVED
) -> Verdict:
    """The verdict on a run. Pure: the same arguments give the same verdict.

    ``resolved``: venue -> what became of its unknown orders. Raises :class:`~slo.errors.AccountingError` where the
    samples do not add up, which is our own error and no verdict.
    """
    record, samples, events, feeds = stored.record, stored.samples, stored.events, stored.feeds
    accounting = account(record, samples)
    generator = generator_of(stored)
    spoilt = list(generator_reasons(generator))
    without_ours = spared(stored, spoilt)
    phases = list(dict.fromkeys(phase.name for phase in record.phases))
    judged = [pair for objective in objectives for pair in judge_objective(objective, samples, phases, without_ours)]
    intervals = availability(samples, resolved)
    if record.status not in (RunStatus.COMPLETE, RunStatus.ABORTED):
        judged = [(_void(objective), doubt) for objective, doubt in judged]
    reasons = [
        *(doubt for _, doubt in judged if doubt),
        *([] if objectives else [_no_objectives(record)]),
        *completeness_reasons(record, events),
        *operation_reasons(intervals),
        *fault_reasons(record, samples, events, list(disturbed(feeds)) if feeds else ()),
        *audit_reasons(events),
        *spoilt,
        *clock_reasons(record),
    ]
    return Verdict(
        run=record.name,
        status=merge([*(objective.status for objective, _ in judged), *(Status.INCONCLUSIVE for _ in reasons)]),
        objectives=[objective for objective, _ in judged],
        reasons=reasons,
        availability=intervals,
        latency=latencies(samples),
        accounting=accounting,
        generator=generator,
        feeds=feed_figures(feeds, samples) if feeds else None,
    )


def _void(objective: ObjectiveVerdict) -> ObjectiveVerdict:
    """No word on the venue where we ended the run ourselves: what looks like its failure may be ours."""
    return objective.model_copy(
        update={
            "status": Status.INCONCLUSIVE,
            "reason": "The run did not come to its end: requests that it cut off itself say nothing of the venue.",
            "settled_by": "Run it to the end.",
        }
    )


def merge(statuses: Iterable[Status]) -> Status:
    """missed > inconclusive > met; inconclusive where there is nothing to merge."""
    found = set(statuses)
    for status in (Status.MISSED, Status.INCONCLUSIVE, Status.MET):
        if status in found:
            return status
    return Status.INCONCLUSIVE


def _no_objectives(record: RunRecord) -> Reason:
    return Reason(
        kind=ReasonKind.NO_OBJECTIVES,
        subject=record.name,
        message="The run names no objectives.",
        settled_by="Name a file of objectives in the scenario, or judge with --objectives FILE.",
    )
