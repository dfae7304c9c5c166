"""Little's law, L = X W, on every closed step: both sides measured on their own, so that each checks the other."""

from collections.abc import Sequence

import polars as pl

from slo.capacity.model import LittleCheck
from slo.history import PhaseKind, PhaseRecord

NS_PER_S = 1_000_000_000


def little_checks(phases: Sequence[PhaseRecord], samples: pl.DataFrame) -> tuple[LittleCheck, ...]:
    """One per closed phase, by users. Requests count from ``sent_ns`` to ``done_ns``, whatever their outcome."""
    closed = [phase for phase in phases if phase.kind is PhaseKind.CLOSED and phase.users is not None]
    checks = (_check(phase, phase.users or 0, samples) for phase in closed)
    return tuple(sorted(checks, key=lambda check: check.users))


def _check(phase: PhaseRecord, users: int, samples: pl.DataFrame) -> LittleCheck:
    seconds = (phase.end_ns - phase.start_ns) / NS_PER_S
    in_flight = _request_seconds(phase, samples) / seconds
    done = samples.filter(
        pl.col("done_ns").is_between(phase.start_ns, phase.end_ns, closed="left") & pl.col("sent_ns").is_not_null()
    )
    throughput = done.height / seconds
    service_ns = (done["done_ns"] - done["sent_ns"]).sum()
    service_s = float(service_ns) / done.height / NS_PER_S if done.height else 0.0
    product = throughput * service_s
    return LittleCheck(phase.name, users, in_flight, throughput, service_s, in_flight / product if product else None)


def _request_seconds(phase: PhaseRecord, samples: pl.DataFrame) -> float:
    """Seconds that all requests together spent in flight within the phase. What was never done stayed to its end."""
    start = pl.max_horizontal("sent_ns", pl.lit(phase.start_ns))
    end = pl.min_horizontal(pl.col("done_ns").fill_null(phase.end_ns), pl.lit(phase.end_ns))
    spent = samples.filter(pl.col("sent_ns").is_not_null()).select((end - start).clip(lower_bound=0).sum())
    return float(spent.item()) / NS_PER_S
