"""A recorded feed: how late each venue's events arrived, over time and at worst."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from slo.report import wording
from slo.report.bins import Bins, Row, bins_for, nearest_rank
from slo.report.charts import feed
from slo.report.document import Block, Cell, Figure, Section, Table, columns, remarked, row
from slo.report.evidence import Evidence

WITHIN_MS = (100, 1000)
"""In time for a trading client; in time for anybody."""
BINS_AT_MOST = 600
SMALLEST_SHOWN_MS = 1.0


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """How late one venue's events arrived. ``within``: events delivered within each limit of ``WITHIN_MS``."""

    venue: str
    events: int
    within: tuple[int, ...]
    delay_ms_p50: float
    delay_ms_p99: float
    worst_ms: float
    worst_at: datetime


def build(evidence: Evidence) -> Iterator[Block]:
    if not evidence.feed or evidence.samples.is_empty():
        return
    venues = list(venue_facts(evidence))
    yield Table(
        "Delivery delay: from when the venue says that it happened to when the recorder had it",
        (
            *columns("venue"),
            *columns("events", *(f"within {limit:,} ms" for limit in WITHIN_MS), words=0),
            *columns("median", "p99", "worst", "worst at (UTC)", words=0),
        ),
        tuple(_row(facts) for facts in venues),
    )
    yield remarked(
        "The recorder's clock and place differ from venue to venue: compare a venue with itself over time before "
        "comparing venues with each other."
    )
    bins = bins_for(evidence.end_ns, BINS_AT_MOST)
    scale = _scale(evidence, venues)
    for facts in venues:
        yield _figure(evidence, facts, bins, scale)


def _scale(evidence: Evidence, venues: list[VenueFacts]) -> feed.Scale:
    start_ms = round(evidence.started_at.timestamp() * 1000)
    end_ms = start_ms + evidence.end_ns // wording.NS_PER_MS
    return feed.Scale(WITHIN_MS[0], start_ms, end_ms, SMALLEST_SHOWN_MS, max(v.worst_ms for v in venues) * 1.3)


def venue_facts(evidence: Evidence) -> Iterator[VenueFacts]:
    """Best first."""
    delay = pl.col("response_ms")
    figures = (
        evidence.samples.group_by(pl.col("venue").cast(pl.String))
        .agg(
            pl.len(),
            *((delay <= limit).sum().alias(f"within_{limit}") for limit in WITHIN_MS),
            p50=nearest_rank(delay, 50),
            p99=nearest_rank(delay, 99),
            worst=delay.max(),
            worst_ns=pl.col("scheduled_ns").get(delay.arg_max()),
        )
        .sort(pl.col(f"within_{WITHIN_MS[0]}") / pl.col("len"), "venue", descending=[True, False])
    )
    for row_of in figures.iter_rows(named=True):
        yield VenueFacts(
            row_of["venue"],
            row_of["len"],
            tuple(row_of[f"within_{limit}"] for limit in WITHIN_MS),
            row_of["p50"],
            row_of["p99"],
            row_of["worst"],
            evidence.started_at + timedelta(microseconds=row_of["worst_ns"] / 1000),
        )


def delay_rows(samples: pl.DataFrame, bins: Bins, started_at: datetime) -> list[Row]:
    """One row per bin that holds events: median and worst delay of those that happened in it, against the clock."""
    delay = pl.col("response_ms").clip(lower_bound=SMALLEST_SHOWN_MS)
    figures = samples.group_by(bins.place()).agg(pl.len(), median=nearest_rank(delay, 50), worst=delay.max())
    epoch_ms = round(started_at.timestamp() * 1000)
    return [
        {
            "from_ms": epoch_ms + row_of["bin_ns"] // wording.NS_PER_MS,
            "to_ms": epoch_ms + (row_of["bin_ns"] + bins.width_ns) // wording.NS_PER_MS,
            "events": row_of["len"],
            "median_ms": round(row_of["median"], 2),
            "worst_ms": round(row_of["worst"], 2),
        }
        for row_of in figures.sort("bin_ns").iter_rows(named=True)
    ]


def _figure(evidence: Evidence, facts: VenueFacts, bins: Bins, scale: feed.Scale) -> Figure:
    rows = delay_rows(evidence.samples.filter(pl.col("venue") == facts.venue), bins, evidence.started_at)
    return Figure(
        f"feed-{facts.venue}",
        f"{facts.venue}: {wording.share(facts.within[0], facts.events)} within {WITHIN_MS[0]} ms",
        f"Worst {wording.span(facts.worst_ms / 1000)}, of an event of {facts.worst_at:%H:%M:%S} UTC. "
        f"Bins of {wording.duration(bins.width_ns)} by the time of the event, from their median to their worst.",
        feed.delays(rows, scale),
    )


def _row(facts: VenueFacts) -> tuple[Cell, ...]:
    return row(
        facts.venue,
        wording.count(facts.events),
        *(wording.share(within, facts.events) for within in facts.within),
        wording.milliseconds(facts.delay_ms_p50),
        wording.milliseconds(facts.delay_ms_p99),
        wording.milliseconds(facts.worst_ms),
        f"{facts.worst_at:%H:%M:%S}",
    )


SECTION = Section("feed", "How late each venue delivered", build)
