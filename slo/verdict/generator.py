"""Whether the load was what it was meant to be: how late the generators were, what they could not send, and whether
they had processor and event loop free to send it and to hear the answers.
"""

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from slo.history import Outcome, RunRecord, Stored
from slo.history.health import BUSY_SHARE, LENGTH
from slo.statistics import nearest_rank
from slo.verdict.model import Generator, Reason, ReasonKind
from slo.verdict.wording import percent, percent_at_most, plural

LAG_SHARE_OF_DEADLINE = Decimal("0.05")
"""A generator lags when the p99 of its lateness exceeds this share of the run's deadline (50 ms of 1 s): then its
lateness, not the venue's, may decide whether an answer was in time."""
DROPPED_SHARE_ALLOWED = 0.001
STALLED_SHARE_ALLOWED = 0.01
"""An answer that comes while the loop stands still is heard late: in a hundredth of the time, one in a hundred is."""
FULL = 0.95
"""Of a processor: whoever uses more has none to spare, and its answers wait for it as they would for the venue."""
FULL_SHARE_ALLOWED = 0.05

NS_PER_MS = 1_000_000


def generator_of(stored: Stored) -> Generator:
    samples = stored.samples
    lags = samples["lag_ms"].drop_nulls().to_numpy()
    dropped = int((samples["outcome"] == Outcome.DROPPED.value).sum())
    known = Generator(
        lag_ms_p50=_rounded(nearest_rank(lags, Decimal("0.5"))),
        lag_ms_p99=_rounded(nearest_rank(lags, Decimal("0.99"))),
        lag_ms_max=_rounded(nearest_rank(lags, Decimal(1))),
        lag_ms_p99_allowed=float(lag_allowed(stored.record)),
        dropped=dropped,
        dropped_share=round(dropped / samples.height, 9) if samples.height else 0.0,
        dropped_share_allowed=DROPPED_SHARE_ALLOWED,
        stalled_share_allowed=STALLED_SHARE_ALLOWED,
        full_share_allowed=FULL_SHARE_ALLOWED,
    )
    return known.model_copy(update=_health_of(stored)) if stored.health.height else known


def _health_of(stored: Stored) -> dict[str, int | float]:
    seconds, within = stored.health, LENGTH.sum()
    figures = seconds.select(
        calls=pl.col("calls").sum(),
        pool_waits=pl.col("pool_waits").sum(),
        stall_ms_max=pl.col("stall_ns_max").max() / NS_PER_MS,
        stalled_share=pl.col("stalled_ns").filter(_stalled(stored.record)).sum() / within,
        busy_share_max=BUSY_SHARE.max(),
        full_share=LENGTH.filter(BUSY_SHARE >= FULL).sum() / within,
    ).row(0, named=True)
    return {name: round(figure, 9) for name, figure in figures.items()}


def lag_allowed(record: RunRecord) -> Decimal:
    """Milliseconds."""
    return record.deadline_ms * LAG_SHARE_OF_DEADLINE


def _stalled(record: RunRecord) -> pl.Expr:
    return pl.col("stall_ns_max") > float(lag_allowed(record) * NS_PER_MS)


def spoilt_seconds(stored: Stored) -> pl.DataFrame:
    """The seconds of workers in which an answer may have been heard late: stalled, or without a processor to spare."""
    return stored.health.filter(_stalled(stored.record) | (BUSY_SHARE >= FULL))


def generator_reasons(generator: Generator) -> Iterator[Reason]:
    """What the generator did that spoils the run."""
    if generator.lag_ms_p99 is not None and generator.lag_ms_p99 > generator.lag_ms_p99_allowed:
        yield _reason(ReasonKind.GENERATOR_LAGGED, _lagged(generator), _way_out_of_lag(generator))
    if generator.dropped_share > generator.dropped_share_allowed:
        yield _reason(
            ReasonKind.GENERATOR_DROPPED,
            f"The generator could not send {generator.dropped:,} arrivals "
            f"({percent(generator.dropped_share)}); a verdict bears {percent(generator.dropped_share_allowed)}.",
            "Run it again at a lower rate, or with a higher traffic.in_flight_max.",
        )
    if (generator.stalled_share or 0.0) > generator.stalled_share_allowed:
        yield _reason(
            ReasonKind.GENERATOR_STALLED,
            "The generator's event loop stood still for "
            f"{percent_at_most(generator.stalled_share or 0.0)} of the time, up to {generator.stall_ms_max:.1f} ms in "
            f"one piece; a verdict bears {percent(generator.stalled_share_allowed)} in seconds with a piece over "
            f"{generator.lag_ms_p99_allowed:g} ms.",
            "Run it again on a host that does nothing else meanwhile.",
        )
    if (generator.full_share or 0.0) > generator.full_share_allowed:
        yield _reason(
            ReasonKind.GENERATOR_BUSY,
            f"The generator had no processor to spare (over {percent(FULL)} of one was used) for "
            f"{percent_at_most(generator.full_share or 0.0)} of the time; a verdict bears "
            f"{percent(generator.full_share_allowed)}.",
            "Run it again with more --workers, each with a processor of its own, or at a lower rate.",
        )


def _reason(kind: ReasonKind, message: str, settled_by: str) -> Reason:
    return Reason(kind=kind, subject="generator", message=message, settled_by=settled_by)


def _lagged(generator: Generator) -> str:
    waits = f" {plural(generator.pool_waits, 'request')} waited for a connection." if generator.pool_waits else ""
    return (
        f"One request in a hundred was sent {generator.lag_ms_p99:.1f} ms late or later; "
        f"{generator.lag_ms_p99_allowed:g} ms (5 % of the deadline) is what a verdict bears.{waits}"
    )


def _way_out_of_lag(generator: Generator) -> str:
    more = "with a higher traffic.connections_max, " if generator.pool_waits else ""
    return f"Run it again {more}at a lower rate, or on a host with cores to spare."


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)
