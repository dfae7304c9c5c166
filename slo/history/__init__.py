"""The record in the middle: what a run leaves behind and everything else reads.

A *sample* is one scheduled arrival and what became of it; an *event* is something that happened to the run as a
whole; a *run folder* holds both. Nothing here judges, opens a socket or reads a clock.
"""

from slo.history.attribution import attribute_faults
from slo.history.events import Event, EventKind, EventLog, read_events
from slo.history.folder import RunFolder
from slo.history.health import HealthSecond, read_health
from slo.history.outcomes import Operation, Outcome
from slo.history.run import FaultRecord, JoinedWorker, PhaseKind, PhaseRecord, RunRecord, RunStatus, TargetRecord
from slo.history.samples import (
    IN_FLIGHT,
    SAMPLE_SCHEMA,
    faults_seen,
    read_samples,
    with_derived_columns,
    write_samples,
)
from slo.history.stored import Stored, read_stored

__all__ = [
    "IN_FLIGHT",
    "SAMPLE_SCHEMA",
    "Event",
    "EventKind",
    "EventLog",
    "FaultRecord",
    "HealthSecond",
    "JoinedWorker",
    "Operation",
    "Outcome",
    "PhaseKind",
    "PhaseRecord",
    "RunFolder",
    "RunRecord",
    "RunStatus",
    "Stored",
    "TargetRecord",
    "attribute_faults",
    "faults_seen",
    "read_events",
    "read_health",
    "read_samples",
    "read_stored",
    "with_derived_columns",
    "write_samples",
]
