"""What we did to a run ourselves, and its samples without that: a generator that was late, a run that was stopped.

Then nothing is met, and a miss stands only if the spared samples miss too.
"""

from dataclasses import dataclass

import polars as pl

from slo.history import Outcome, RunRecord, RunStatus
from slo.verdict.model import Reason, ReasonKind


@dataclass(frozen=True, slots=True)
class Spared:
    """Samples with derived columns, without what was ours."""

    samples: pl.DataFrame
    without: str
    """What they are without, as the end of "missed also without ...": a noun phrase."""
    doubt: Reason
    """Why the whole samples show nothing, as a clause; of which objective is for whoever judges it to say."""


def spared(record: RunRecord, samples: pl.DataFrame, *, generator_failed: bool) -> Spared | None:
    """None where nothing was ours; of several things, the doubt is about the first."""
    found = [
        *([_without_cut_off(samples)] if record.status is RunStatus.ABORTED else []),
        *([_without_lateness(samples)] if generator_failed else []),
    ]
    if len(found) < 2:
        return next(iter(found), None)
    stop, lateness = found
    return Spared(_without_lateness(stop.samples).samples, f"{stop.without} and {lateness.without}", stop.doubt)


def _without_lateness(samples: pl.DataFrame) -> Spared:
    """As a generator without fault would have left them, at the least: nothing late, nothing dropped."""
    on_time = samples.filter(pl.col("outcome") != Outcome.DROPPED.value).with_columns(
        response_ms=pl.col("service_ms"), lag_ms=pl.col("lag_ms") * 0
    )
    doubt = Reason(
        kind=ReasonKind.GENERATOR_LAGGED,
        subject="generator",
        message="the generator did not offer the load that it should have.",
        settled_by="Run it again with a generator that keeps up: at a lower rate, or on a host with cores to spare.",
    )
    return Spared(on_time, "the generator's own lateness", doubt)


def _without_cut_off(samples: pl.DataFrame) -> Spared:
    """Only what had come to an end, or never began, when ``stop_when`` ended the run."""
    ended = samples.filter(pl.col("done_ns").is_not_null() | (pl.col("outcome") == Outcome.DROPPED.value))
    doubt = Reason(
        kind=ReasonKind.RUN_INCOMPLETE,
        subject="stop_when",
        message="the run was stopped before its end.",
        settled_by="Run it to the end, with a higher limit in stop_when.",
    )
    return Spared(ended, "what the stop cut off", doubt)
