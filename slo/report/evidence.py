"""What a report is written from: the stored run and what the judge made of it. Sections read it and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

import polars as pl

from slo.capacity import CapacityFindings
from slo.history import Event, EventKind, FaultRecord, Outcome, PhaseKind, RunRecord, Stored
from slo.history.feeds import Feeds
from slo.report.charts.theme import LATE
from slo.report.wording import NS_PER_S
from slo.verdict import Reason, Status, Verdict


@dataclass(frozen=True, slots=True)
class PhaseBand:
    """A phase as the reader sees it: the steps of a sweep are one."""

    name: str
    kind: PhaseKind
    start_ns: int
    end_ns: int

    @property
    def length_s(self) -> float:
        return (self.end_ns - self.start_ns) / NS_PER_S


@dataclass(frozen=True, slots=True)
class FaultBand:
    """A fault from when it took hold until it was healed, as the events have it; else as it was planned."""

    id: str
    kind: str
    start_ns: int
    end_ns: int
    applied: bool
    recovered_ms: float | None = None
    """How long after healing began the target answered again, where somebody has asked it."""

    @property
    def length_s(self) -> float:
        return (self.end_ns - self.start_ns) / NS_PER_S


@dataclass(frozen=True)
class Evidence:
    """What a report tells: a run as stored, what was judged of it, and what its capacity was found to be."""

    stored: Stored
    verdict: Verdict
    findings: CapacityFindings

    @property
    def record(self) -> RunRecord:
        return self.stored.record

    @property
    def samples(self) -> pl.DataFrame:
        """With the derived columns."""
        return self.stored.samples

    @property
    def events(self) -> Sequence[Event]:
        return self.stored.events

    @property
    def feeds(self) -> Feeds | None:
        """What subscribers heard, where the run had any."""
        return self.stored.feeds

    @property
    def health(self) -> pl.DataFrame:
        """How the generators did, second by second; no rows where nothing is known of it."""
        return self.stored.health

    @property
    def feed(self) -> bool:
        """Whether this is a recorded feed: nothing was driven, so there is no generator and no load."""
        return self.record.target.kind == "tape"

    @cached_property
    def deadline_ms(self) -> float:
        return float(self.record.deadline_ms)

    @cached_property
    def started_at(self) -> datetime:
        return datetime.fromisoformat(self.record.started_at)

    @cached_property
    def end_ns(self) -> int:
        """When the run ended: its last phase, or its last arrival where it says nothing of phases."""
        ends = [phase.end_ns for phase in self.record.phases]
        last = self.samples["scheduled_ns"].max()
        return max(ends, default=last if isinstance(last, int) else 0)

    @cached_property
    def phases(self) -> tuple[PhaseBand, ...]:
        runs = groupby(self.record.phases, key=lambda phase: (phase.name, phase.kind))
        return tuple(
            PhaseBand(name, kind, same[0].start_ns, same[-1].end_ns)
            for (name, kind), same in ((key, list(group)) for key, group in runs)
        )

    @cached_property
    def faults(self) -> tuple[FaultBand, ...]:
        return tuple(self._fault_band(fault) for fault in self.record.faults)

    @cached_property
    def ends(self) -> pl.DataFrame:
        """The samples with ``end``: the outcome, but ``late`` where an ok answer missed the deadline."""
        late = (pl.col("outcome") == Outcome.OK.value) & (pl.col("response_ms") > self.deadline_ms)
        return self.samples.with_columns(
            end=pl.when(late).then(pl.lit(LATE)).otherwise(pl.col("outcome").cast(pl.String))
        )

    @cached_property
    def ends_seen(self) -> list[str]:
        """The ways in which arrivals of this run ended, best first."""
        seen = set(self.ends["end"].unique())
        return [end for end in ENDS if end in seen]

    def _fault_band(self, fault: FaultRecord) -> FaultBand:
        applied = self._first(EventKind.FAULT_APPLIED, fault.id)
        healed = self._first(EventKind.FAULT_HEALED, fault.id)
        recovered = healed.detail.get("recovered_ms") if healed is not None else None
        return FaultBand(
            fault.id,
            fault.kind,
            fault.at_ns if applied is None else applied.at_ns,
            min(fault.at_ns + fault.for_ns, self.end_ns) if healed is None else healed.at_ns,
            applied is not None,
            recovered if isinstance(recovered, int | float) else None,
        )

    def _first(self, kind: EventKind, subject: str) -> Event | None:
        return next((event for event in self.events if event.kind is kind and event.subject == subject), None)


def doubts_about_run(verdict: Verdict) -> list[Reason]:
    """The reasons but those that an inconclusive objective gives for itself: they would be said twice."""
    open_ones = {objective.name for objective in verdict.objectives if objective.status is Status.INCONCLUSIVE}
    return [reason for reason in verdict.reasons if reason.subject not in open_ones]


ENDS = (
    Outcome.OK.value,
    LATE,
    Outcome.THROTTLED.value,
    Outcome.SHED.value,
    Outcome.FAILED.value,
    Outcome.UNKNOWN.value,
    Outcome.DROPPED.value,
)
"""How arrivals end, best first: the outcomes, with the late answers apart."""

END_TITLES = {
    Outcome.OK.value: "ok in time",
    LATE: "ok but late",
    **{outcome.value: outcome.value for outcome in Outcome if outcome is not Outcome.OK},
}
