"""What makes a run as a whole inconclusive, whatever its objectives say: one reason each, with what would settle it."""

from collections.abc import Iterator, Sequence

import polars as pl

from slo.history import Event, EventKind, FaultRecord, JoinedWorker, RunRecord, RunStatus, faults_seen
from slo.verdict.generator import lag_allowed
from slo.verdict.model import AvailabilityInterval, Reason, ReasonKind
from slo.verdict.wording import plural

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000

Disturbed = Sequence[tuple[int, int | None]]
"""From and until, ns since the run's start; None: until the end."""
MEANING = "meaning"
"""The seam of faults that the exchange itself commits."""


def completeness_reasons(record: RunRecord, events: Sequence[Event]) -> Iterator[Reason]:
    """A run that did not come to its end has not shown what it set out to show."""
    stopped = next((event for event in events if event.kind is EventKind.RUN_ABORTED), None)
    failed = next((event for event in events if event.kind is EventKind.RUN_FAILED), None)
    if record.status is RunStatus.ABORTED and stopped is not None:
        yield Reason(
            kind=ReasonKind.RUN_INCOMPLETE,
            subject=record.name,
            message=f"stop_when ended the run at {stopped.at_ns / NS_PER_S:.1f} s: {stopped.subject} burnt "
            f"{stopped.detail.get('burn_rate')} times what its target allows.",
            settled_by="Mend what burns, or run it to the end with a higher limit.",
        )
    elif record.status is RunStatus.FAILED and failed is not None:
        yield Reason(
            kind=ReasonKind.RUN_INCOMPLETE,
            subject=failed.subject or record.name,
            message=f"The run failed at {failed.at_ns / NS_PER_S:.1f} s: {failed.detail.get('why')}.",
            settled_by="See the run's logs for the cause, and run it again.",
        )
    elif record.status is not RunStatus.COMPLETE:
        yield Reason(
            kind=ReasonKind.RUN_INCOMPLETE,
            subject=record.name,
            message=f"The run did not come to its end: its status is {record.status.value}.",
            settled_by="Run it to the end.",
        )


def clock_reasons(record: RunRecord) -> Iterator[Reason]:
    """Of a worker on another host, what was due in which phase and under which fault is known as well as its clock."""
    allowed_ms = float(lag_allowed(record))
    for worker in record.joined:
        off_ms = worker.off_ns_max / NS_PER_MS
        if worker.drift_ns is None or off_ms > allowed_ms:
            yield Reason(
                kind=ReasonKind.CLOCK_UNCERTAIN,
                subject=f"worker {worker.worker}",
                message=f"{_clock(worker, off_ms)}; a verdict bears {allowed_ms:g} ms (5 % of the deadline).",
                settled_by="Run it again with workers nearer to the run, or on hosts whose clocks are steadier.",
            )


def _clock(worker: JoinedWorker, off_ms: float) -> str:
    clock, way_ms = f"The clock of worker {worker.worker} at {worker.host}", worker.uncertainty_ns / NS_PER_MS
    if worker.drift_ns is None:
        return f"{clock} could be asked only before the run, to within {way_ms:.1f} ms: nobody knows how it went on"
    went_ms = abs(worker.drift_ns) / NS_PER_MS
    return f"{clock} may be off by {off_ms:.1f} ms: {way_ms:.1f} ms its answers took, {went_ms:.1f} ms it went apart"


def operation_reasons(availability: Sequence[AvailabilityInterval]) -> Iterator[Reason]:
    """An operation without a single success says more about set-up (keys, balances, address) than about service."""
    for interval in availability:
        if interval.ok == 0:
            yield Reason(
                kind=ReasonKind.NEVER_SUCCEEDED,
                subject=f"{interval.op} at {interval.venue}",
                message=f"{interval.op} at {interval.venue} never once succeeded in {plural(interval.all, 'attempt')}.",
                settled_by="Check the key, its permissions and balances, and the address; one success settles it.",
            )


def fault_reasons(
    record: RunRecord, samples: pl.DataFrame, events: Sequence[Event], disturbed: Disturbed = ()
) -> Iterator[Reason]:
    """A fault that never came, or that no request and no subscriber met, has tested nothing."""
    applied = {event.subject for event in events if event.kind is EventKind.FAULT_APPLIED}
    touching = faults_seen(samples)
    for fault in record.faults:
        if fault.id not in applied:
            yield _not_applied(fault, events)
        elif fault.id not in touching and not _heard(fault, disturbed):
            yield Reason(
                kind=ReasonKind.FAULT_TOUCHED_NOTHING,
                subject=fault.id,
                message=f"The fault {fault.id} ({fault.kind}) was applied, but no request is known to have met it.",
                settled_by="Send traffic that it acts on while it is applied, or let it act on what is sent.",
            )


def _heard(fault: FaultRecord, disturbed: Disturbed) -> bool:
    """Whether a feed was disturbed while a fault of meaning lasted: such a fault may touch no request at all."""
    end_ns = fault.at_ns + fault.for_ns
    return fault.seam == MEANING and any(
        at_ns < end_ns and (until_ns is None or until_ns >= fault.at_ns) for at_ns, until_ns in disturbed
    )


def _not_applied(fault: FaultRecord, events: Sequence[Event]) -> Reason:
    failed = any(event.kind is EventKind.FAULT_FAILED and event.subject == fault.id for event in events)
    why = "could not be applied" if failed else "was planned, but its time never came"
    return Reason(
        kind=ReasonKind.FAULT_NOT_APPLIED,
        subject=fault.id,
        message=f"The fault {fault.id} ({fault.kind}) {why}.",
        settled_by="See events.jsonl for the cause, and run it again.",
    )


def audit_reasons(events: Sequence[Event]) -> Iterator[Reason]:
    """A venue that is not as it was before has not been healed: whoever is measured next would be misled."""
    for event in events:
        left = event.detail.get("left")
        if event.kind is EventKind.RUN_AUDITED and isinstance(left, list) and left:
            yield Reason(
                kind=ReasonKind.FAULT_LEFT,
                subject="audit",
                message=f"After the run something was left: {'; '.join(str(each) for each in left)}.",
                settled_by="Heal it by hand, find out why it was not healed, and run it again.",
            )
