"""What a concurrency sweep found: throughput and latency by users, and the capacity that it reached."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

import numpy as np
import polars as pl

from slo.capacity.model import MeasuredCapacity, SweepStep
from slo.history import Outcome, PhaseKind, PhaseRecord
from slo.statistics import nearest_rank

NS_PER_S = 1_000_000_000
_ONE_SIDED_5_PERCENT = 1.645
_THREE_DEVIATIONS = 3.0
_MEDIAN, _P99 = Decimal("0.5"), Decimal("0.99")


def sweep_steps(phases: Sequence[PhaseRecord], samples: pl.DataFrame) -> tuple[SweepStep, ...]:
    """One per closed phase, by users and then time. Steps with fewer than two answers have no rate and are left out.

    ``samples`` with derived columns. Answers are ``ok``: what a server refuses costs it little, and would count as
    capacity that no user gets.
    """
    answers = samples.filter((pl.col("outcome") == Outcome.OK.value) & pl.col("done_ns").is_not_null())
    closed = [phase for phase in phases if phase.kind is PhaseKind.CLOSED and phase.users is not None]
    steps = (_step(phase, phase.users or 0, answers) for phase in closed)
    return tuple(sorted((step for step in steps if step), key=lambda step: (step.users, step.start_ns)))


def measure_capacity(steps: Sequence[SweepStep]) -> MeasuredCapacity | None:
    """The peak, pooled with every step whose throughput cannot be told from it. None without steps.

    Two counts of a Poisson process differ by chance as the square root of their variance; a service steadier than
    that makes the pool wider, never the capacity larger than was measured.
    """
    if not steps:
        return None
    peak = max(steps, key=lambda step: step.throughput_per_s)
    pool = [step for step in steps if not _below(step, peak, _ONE_SIDED_5_PERCENT)]
    return MeasuredCapacity(
        peak_per_s=peak.throughput_per_s,
        peak_users=peak.users,
        pooled_users=tuple(step.users for step in pool),
        pooled_answers=sum(step.answers - 1 for step in pool),
        pooled_s=sum(step.busy_s for step in pool),
        saturated=pool[-1].users > pool[0].users or peak.users < steps[-1].users,
        falls=peak.users < steps[-1].users and _below(steps[-1], peak, _THREE_DEVIATIONS),
    )


def upper_prediction(capacity: MeasuredCapacity, seconds: float, z: float = 3.0902) -> float:
    """Most answers that a server measured as ``capacity`` gives in ``seconds``, one-sided 99.9 % by default.

    n answers in t seconds predict n T / t for another T seconds, with variance n T / t (1 + T / t): that of the
    new count, and that of the rate which was itself only measured (normal limit of the Poisson prediction).
    """
    expected = capacity.pooled_per_s * seconds
    return expected + z * sqrt(expected * (1 + seconds / capacity.pooled_s))


def _step(phase: PhaseRecord, users: int, answers: pl.DataFrame) -> SweepStep | None:
    """Between its first and last answer the server was busy with this step, whatever the change of steps cost."""
    within = answers.filter(pl.col("done_ns").is_between(phase.start_ns, phase.end_ns, closed="left"))
    done = within["done_ns"].to_numpy()
    if done.size < 2 or done.max() == done.min():
        return None
    busy_s = float(done.max() - done.min()) / NS_PER_S
    service, response = within["service_ms"].to_numpy(), within["response_ms"].to_numpy()
    return SweepStep(
        phase=phase.name,
        users=users,
        start_ns=phase.start_ns,
        end_ns=phase.end_ns,
        answers=int(done.size),
        busy_s=busy_s,
        throughput_per_s=(int(done.size) - 1) / busy_s,
        service_ms_p50=nearest_rank(service[~np.isnan(service)], _MEDIAN),
        service_ms_p99=nearest_rank(service[~np.isnan(service)], _P99),
        response_ms_p50=nearest_rank(response, _MEDIAN),
        response_ms_p99=nearest_rank(response, _P99),
    )


def _below(step: SweepStep, peak: SweepStep, deviations: float) -> bool:
    """Whether the step's rate is below the peak's by more than so many deviations of their difference."""
    deviation = sqrt(peak.throughput_per_s / peak.busy_s + step.throughput_per_s / step.busy_s)
    return peak.throughput_per_s - step.throughput_per_s > deviations * deviation
