"""What we did to a run ourselves, and its samples without that: a generator that was late, a run that was stopped.

Then nothing is met, and a miss stands only if the spared samples miss too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from slo.history import Outcome, RunStatus, Stored
from slo.verdict.generator import spoilt_seconds
from slo.verdict.model import Reason, ReasonKind


@dataclass(frozen=True, slots=True)
class Spared:
    """Samples with derived columns, without what was ours."""

    samples: pl.DataFrame
    without: str
    """What they are without, as the end of "missed also without ...": a noun phrase."""
    doubt: Reason
    """Why the whole samples show nothing, as a clause; of which objective is for whoever judges it to say."""


def spared(stored: Stored, spoilt: Sequence[Reason]) -> Spared | None:
    """None where nothing was ours; of several things, the doubt is about the first. ``spoilt``: by the generator."""
    kinds = [reason.kind for reason in spoilt]
    heard_late = [kind for kind in kinds if kind in _HEARD_LATE][:1]
    found: list[Callable[[pl.DataFrame], Spared]] = [
        *([_without_cut_off] if stored.record.status is RunStatus.ABORTED else []),
        *(partial(_without_bad_seconds, stored=stored, kind=kind) for kind in heard_late),
        *([_without_lateness] if _SENT_LATE & set(kinds) else []),
    ]
    whole: Spared | None = None
    for without in found:
        without_more = without(stored.samples if whole is None else whole.samples)
        whole = without_more if whole is None else _both(whole, without_more)
    return whole


_SENT_LATE = {ReasonKind.GENERATOR_LAGGED, ReasonKind.GENERATOR_DROPPED}
_HEARD_LATE = {ReasonKind.GENERATOR_STALLED, ReasonKind.GENERATOR_BUSY}


def _both(first: Spared, second: Spared) -> Spared:
    return Spared(second.samples, f"{first.without} and {second.without}", first.doubt)


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


def _without_bad_seconds(samples: pl.DataFrame, stored: Stored, kind: ReasonKind) -> Spared:
    """Only what was heard, or was given up, while the generator had its processor and its loop free."""
    heard = samples.with_columns(
        heard_ns=pl.coalesce("done_ns", "scheduled_ns"), worker=pl.col("worker").cast(pl.Int64)
    )
    spoilt = spoilt_seconds(stored).select(
        "worker", pl.col("start_ns").alias("heard_ns"), spoilt_until_ns=pl.col("end_ns")
    )
    beside = heard.sort("heard_ns").join_asof(
        spoilt.sort("heard_ns"), on="heard_ns", by="worker", check_sortedness=False
    )
    in_time = beside.filter((pl.col("heard_ns") >= pl.col("spoilt_until_ns")).fill_null(value=True))
    doubt = Reason(
        kind=kind,
        subject="generator",
        message="the generator had no time to hear the answers when they came.",
        settled_by="Run it again with more --workers, or on a host with cores to spare.",
    )
    return Spared(samples.join(in_time, on="arrival", how="semi"), "what came while the generator had no time", doubt)


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
