"""Works out everything about capacity from a stored run. Pure: the same run gives the same findings."""

from collections.abc import Sequence

import polars as pl

from slo.capacity.little import little_checks
from slo.capacity.model import CapacityFindings, SupportableAvailability
from slo.capacity.overload import overload_bounds
from slo.capacity.recovery import nines, recoveries
from slo.capacity.sweep import measure_capacity, sweep_steps
from slo.capacity.usl import fit_usl
from slo.history import Event, RunRecord
from slo.statistics import best_supportable


def findings(record: RunRecord, samples: pl.DataFrame, events: Sequence[Event]) -> CapacityFindings:
    """``samples`` with derived columns."""
    steps = sweep_steps(record.phases, samples)
    capacity = measure_capacity(steps)
    felt = recoveries(record, samples, events)
    return CapacityFindings(
        sweep=steps,
        capacity=capacity,
        usl=fit_usl([step.users for step in steps], [step.throughput_per_s for step in steps]),
        little=little_checks(record.phases, samples),
        overloads=overload_bounds(record, capacity, samples),
        recoveries=felt,
        nines=nines(felt),
        supportable=_supportable(samples.height),
    )


def _supportable(requests: int) -> SupportableAvailability | None:
    return SupportableAvailability(requests, best_supportable(requests)) if requests else None
