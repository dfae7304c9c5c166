"""Beyond capacity: how many arrivals could any server have served in time, and how many were.

A server of rate mu that is never idle while somebody waits, serves in order of arrival and passes over everyone whom
it could no longer finish in time serves the most. Every arrival takes equally long and may wait equally long, so
whoever came first must also leave first: two served out of order can swap places with both still in time, and serving
one that comes too late only takes time from those behind it. (Tests compare it with every possible schedule.) The
server of the bound starts idle and serves nobody else: both only make it better. What it cannot do is choose the
cheap requests of a mix and leave the dear ones: capacity is that of the mix of the sweep.
"""

from collections.abc import Sequence

import polars as pl

from slo.capacity.model import MeasuredCapacity, OverloadBound
from slo.capacity.sweep import NS_PER_S, upper_prediction
from slo.history import Outcome, PhaseKind, PhaseRecord, RunRecord


def overload_bounds(
    record: RunRecord, capacity: MeasuredCapacity | None, samples: pl.DataFrame
) -> tuple[OverloadBound, ...]:
    """One per open phase that offered more than capacity. None without a sweep that saturated the target.

    The bound uses the upper prediction limit of the capacity, so that what was measured exceeds it with a
    probability of 0.1 % at most, were the server as fast as it was in the sweep. Where it gave more answers than
    that it was faster, and the phase's own answers are the measure.
    """
    if capacity is None or not capacity.saturated:
        return ()
    open_phases = [phase for phase in record.phases if phase.kind is PhaseKind.OPEN]
    bounds = (_bound(record, phase, capacity, samples) for phase in open_phases)
    return tuple(bound for bound in bounds if bound and bound.offered_per_s > bound.capacity_per_s)


def servable_in_time(arrivals_ns: Sequence[int], service_ns: float, deadline_ns: int) -> int:
    """Most of ``arrivals_ns`` (ascending) that one server with ``service_ns`` each can finish within the deadline."""
    free_ns = float("-inf")
    served = 0
    for arrival_ns in arrivals_ns:
        done_ns = max(free_ns, arrival_ns) + service_ns
        if done_ns <= arrival_ns + deadline_ns:
            free_ns = done_ns
            served += 1
    return served


def _bound(
    record: RunRecord, phase: PhaseRecord, capacity: MeasuredCapacity, samples: pl.DataFrame
) -> OverloadBound | None:
    due = samples.filter(pl.col("scheduled_ns").is_between(phase.start_ns, phase.end_ns, closed="left"))
    seconds = (phase.end_ns - phase.start_ns) / NS_PER_S
    if due.is_empty() or seconds <= 0:
        return None
    shown = _capacity_shown(phase, seconds, samples)
    exceeded = shown.pooled_answers > upper_prediction(capacity, seconds)
    capacity = shown if exceeded else capacity
    upper_per_s = upper_prediction(capacity, seconds) / seconds
    deadline_ms = float(record.deadline_ms)
    in_time = due.filter((pl.col("outcome") == Outcome.OK.value) & (pl.col("response_ms") <= deadline_ms))
    arrivals = due["scheduled_ns"].sort().to_list()
    return OverloadBound(
        phase=phase.name,
        start_ns=phase.start_ns,
        end_ns=phase.end_ns,
        arrivals=due.height,
        offered_per_s=due.height / seconds,
        capacity_per_s=capacity.pooled_per_s,
        capacity_per_s_upper=upper_per_s,
        deadline_ms=record.deadline_ms,
        servable=servable_in_time(arrivals, NS_PER_S / upper_per_s, int(record.deadline_ms * 1_000_000)),
        in_time=in_time.height,
        sweep_exceeded=exceeded,
    )


def _capacity_shown(phase: PhaseRecord, seconds: float, samples: pl.DataFrame) -> MeasuredCapacity:
    """What the phase itself shows of the capacity: at least as many answers as it gave."""
    given = pl.col("done_ns").is_between(phase.start_ns, phase.end_ns, closed="left")
    answers = samples.filter((pl.col("outcome") == Outcome.OK.value) & given).height
    return MeasuredCapacity(answers / seconds, 0, (), answers, seconds, saturated=True)
