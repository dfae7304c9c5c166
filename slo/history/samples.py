"""Samples: one row per scheduled arrival, whatever became of it.

Times are nanoseconds since the run's start. Three latencies follow from them and are never mixed:
``response_ms`` (done - scheduled: what the user felt), ``service_ms`` (done - sent) and ``lag_ms`` (sent - scheduled:
the generator's own lateness). ``sent_ns`` is when the attempt to send began, connecting included: a venue
that is slow to accept makes a long service, not a late generator. It is null where no byte was written. The latencies
are derived on reading, so that no run stores a figure that its rows contradict.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from slo.history.outcomes import Operation, Outcome
from slo.history.run import PhaseRecord

SAMPLE_SCHEMA = pl.Schema(
    {
        "arrival": pl.Int64(),
        "worker": pl.UInt16(),
        "venue": pl.Categorical(),
        "op": pl.Enum([operation.value for operation in Operation]),
        "symbol": pl.Categorical(),
        "scheduled_ns": pl.Int64(),
        "sent_ns": pl.Int64(),
        "done_ns": pl.Int64(),
        "outcome": pl.Enum([outcome.value for outcome in Outcome]),
        "status": pl.Int16(),
        "code": pl.Int32(),
        "fault": pl.Categorical(),
    }
)
"""Column names and types of a sample. ``sent_ns``, ``done_ns``, ``status``, ``code`` and ``fault`` may be null."""

NS_PER_MS = 1_000_000

IN_FLIGHT = ".in-flight"
"""Ending of a file that lies beside the samples while a run is watched, with what is outstanding; none of them."""


def write_samples(frame: pl.DataFrame, path: Path) -> None:
    """Write rows in the order and types of :data:`SAMPLE_SCHEMA`; the file appears whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    frame.select(pl.col(name).cast(dtype) for name, dtype in SAMPLE_SCHEMA.items()).write_parquet(unfinished)
    unfinished.replace(path)


def read_samples(folder: Path) -> pl.DataFrame:
    """All rows of a run's ``samples`` folder, in order of ``scheduled_ns``, ``worker``, ``arrival``.

    A folder without files gives a frame without rows: what that means is for the judge to say.
    """
    parts = sorted(folder.glob("*.parquet"))
    if not parts:
        return pl.DataFrame(schema=SAMPLE_SCHEMA)
    frames = [pl.read_parquet(part).cast(SAMPLE_SCHEMA) for part in parts]
    return pl.concat(frames).sort("scheduled_ns", "worker", "arrival")


def faults_seen(samples: pl.DataFrame) -> set[str]:
    """Ids in the samples; a request that several faults touched carries them all, separated by commas."""
    marks = samples["fault"].drop_nulls().unique().cast(pl.String)
    return {fault.strip() for mark in marks for fault in mark.split(",")}


def with_derived_columns(samples: pl.DataFrame, phases: Sequence[PhaseRecord]) -> pl.DataFrame:
    """Add ``response_ms``, ``service_ms``, ``lag_ms`` (Float64, null where not known) and ``phase`` (by due time)."""
    return samples.with_columns(
        response_ms=(pl.col("done_ns") - pl.col("scheduled_ns")) / NS_PER_MS,
        service_ms=(pl.col("done_ns") - pl.col("sent_ns")) / NS_PER_MS,
        lag_ms=(pl.col("sent_ns") - pl.col("scheduled_ns")) / NS_PER_MS,
        phase=_phase_expression(phases),
    )


def _phase_expression(phases: Sequence[PhaseRecord]) -> pl.Expr:
    due = pl.col("scheduled_ns")
    return pl.coalesce(
        *(pl.when(due.is_between(p.start_ns, p.end_ns, closed="left")).then(pl.lit(p.name)) for p in phases),
        pl.lit(None, dtype=pl.String),
    )
