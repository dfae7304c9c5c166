"""Whether the load was what it was meant to be: how late the generator was, and what it could not send."""

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from slo.history import Outcome, RunRecord
from slo.statistics import nearest_rank
from slo.verdict.model import Generator, Reason, ReasonKind
from slo.verdict.wording import percent

LAG_SHARE_OF_DEADLINE = Decimal("0.05")
"""A generator lags when the p99 of its lateness exceeds this share of the run's deadline (50 ms of 1 s): then its
lateness, not the venue's, may decide whether an answer was in time."""
DROPPED_SHARE_ALLOWED = 0.001


def generator_of(record: RunRecord, samples: pl.DataFrame) -> Generator:
    """``samples`` with derived columns."""
    lags = samples["lag_ms"].drop_nulls().to_numpy()
    dropped = int((samples["outcome"] == Outcome.DROPPED.value).sum())
    return Generator(
        lag_ms_p50=_rounded(nearest_rank(lags, Decimal("0.5"))),
        lag_ms_p99=_rounded(nearest_rank(lags, Decimal("0.99"))),
        lag_ms_max=_rounded(nearest_rank(lags, Decimal(1))),
        lag_ms_p99_allowed=float(record.deadline_ms * LAG_SHARE_OF_DEADLINE),
        dropped=dropped,
        dropped_share=round(dropped / samples.height, 9) if samples.height else 0.0,
        dropped_share_allowed=DROPPED_SHARE_ALLOWED,
    )


def generator_reasons(generator: Generator) -> Iterator[Reason]:
    """What the generator did that spoils the run."""
    if generator.lag_ms_p99 is not None and generator.lag_ms_p99 > generator.lag_ms_p99_allowed:
        yield Reason(
            kind=ReasonKind.GENERATOR_LAGGED,
            subject="generator",
            message=f"One request in a hundred was sent {generator.lag_ms_p99:.1f} ms late or later; "
            f"{generator.lag_ms_p99_allowed:g} ms (5 % of the deadline) is what a verdict bears.",
            settled_by="Run it again at a lower rate, or on a host with cores to spare.",
        )
    if generator.dropped_share > generator.dropped_share_allowed:
        yield Reason(
            kind=ReasonKind.GENERATOR_DROPPED,
            subject="generator",
            message=f"The generator could not send {generator.dropped:,} arrivals "
            f"({percent(generator.dropped_share)}); a verdict bears {percent(generator.dropped_share_allowed)}.",
            settled_by="Run it again at a lower rate, or with a higher traffic.in_flight_max.",
        )


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)
