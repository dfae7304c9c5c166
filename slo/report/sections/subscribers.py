"""What subscribers heard: how old events were, what was missing, how long channels stood still, orders and reports."""

from collections.abc import Iterator

import polars as pl

from slo.feeds import FeedFigures, OrderReports, StreamFigures, age_ms
from slo.history.feeds import Feeds
from slo.report import wording
from slo.report.bins import Bins, Row, bins_for
from slo.report.charts import timeline
from slo.report.charts.layers import timeline_of
from slo.report.document import Block, Cell, Figure, Section, Table, columns, remarked, row, said
from slo.report.evidence import Evidence
from slo.report.sections.timeline import SMALLEST_MS

PERCENTILES = {"p50": 50, "p99": 99, "max": 100}
STREAMS_DRAWN = 12
NS_PER_S = 1_000_000_000


def build(evidence: Evidence) -> Iterator[Block]:
    feeds, figures = evidence.feeds, evidence.verdict.feeds
    if feeds is None or figures is None:
        return
    yield _ages_table(figures)
    yield _disturbances_table(figures)
    if figures.orders is not None:
        yield said(order_sentence(figures.orders))
    bins = _second_bins(evidence)
    for stream in [each for each in figures.streams if each.age_ms_p50 is not None][:STREAMS_DRAWN]:
        yield Figure(
            f"age-{stream.stream.replace('@', '-').replace(' ', '-')}",
            f"Age of events: {stream.stream}",
            f"From the venue's event time to when a subscriber had it, by when it came, in bins of "
            f"{wording.duration(bins.width_ns)}; where there is no line, nothing came.",
            timeline.ages(age_rows(feeds, stream.stream, bins), timeline_of(evidence)),
        )
    yield remarked(clock_remark(evidence, feeds))


def clock_remark(evidence: Evidence, feeds: Feeds) -> str:
    """Whose clocks the ages are between."""
    summary = feeds.summary
    measured = f"{summary.clock_offset_ms:+g} ms, give or take {summary.clock_offset_ms_uncertain:g} ms"
    if evidence.record.target.kind in ("embedded", "compose"):
        return f"Venue and subscribers read the same host's clock (measured offset: {measured})."
    return f"The venue's clock was {measured}, off ours before the start; ages are not corrected by it."


def order_sentence(orders: OrderReports) -> str:
    """Acknowledged orders and their reports, in words."""
    words = (
        f"Of {wording.plural(orders.acknowledged, 'acknowledged order')}, {wording.count(orders.confirmed)} were "
        f"confirmed by the private feed and {wording.count(orders.unconfirmed)} never were; of "
        f"{wording.count(orders.unreported)} it never said anything. From the acknowledgement to the "
        f"confirmation it took {wording.milliseconds(orders.delay_ms_p50)} (p50), "
        f"{wording.milliseconds(orders.delay_ms_p99)} (p99) and {wording.milliseconds(orders.delay_ms_max)} at most; "
        f"{wording.count(orders.confirmed_before_reply)} confirmations were faster than the reply. "
        f"{wording.plural(orders.fills, 'fill')} were told of, {wording.count(orders.fills_repeated)} of them again; "
        f"to the first fill it took {wording.milliseconds(orders.fill_ms_p50)} (p50) and "
        f"{wording.milliseconds(orders.fill_ms_p99)} (p99)."
    )
    if not orders.unknown:
        return words
    return (
        f"{words} Of {wording.plural(orders.unknown, 'order')} of unknown outcome, reports show that "
        f"{wording.count(orders.unknown_reported)} were done."
    )


def age_rows(feeds: Feeds, stream: str, bins: Bins) -> list[Row]:
    """Percentiles of the ages of what came in each bin; null where nothing did."""
    ages = feeds.ages.filter(pl.col("bucket") >= 0, stream=stream)
    by_bin = {
        int(str(start[0])): part
        for start, part in ages.with_columns(
            bin_ns=pl.col("second").cast(pl.Int64) * NS_PER_S // bins.width_ns * bins.width_ns
        ).group_by("bin_ns")
    }
    return [
        {**bins.bounds(start_ns), **{name: _shown(by_bin.get(start_ns), rank) for name, rank in PERCENTILES.items()}}
        for start_ns in bins.starts()["bin_ns"]
    ]


def _shown(ages: pl.DataFrame | None, hundredths: int) -> float | None:
    age = None if ages is None else age_ms(ages, hundredths)
    return None if age is None else max(SMALLEST_MS, round(age, 3))


def _second_bins(evidence: Evidence) -> Bins:
    """Ages are counted by the second, so no bin is narrower."""
    bins = bins_for(evidence.end_ns)
    return Bins(max(bins.width_ns, NS_PER_S), bins.end_ns)


def _ages_table(figures: FeedFigures) -> Table:
    return Table(
        "Events and their ages: from when the venue says that it happened to when a subscriber had it",
        (*columns("stream"), *columns("subscribers", "events", "age p50", "age p99", "age max", words=0)),
        tuple(_ages_row(stream) for stream in figures.streams),
    )


def _ages_row(stream: StreamFigures) -> tuple[Cell, ...]:
    ages = (stream.age_ms_p50, stream.age_ms_p99, stream.age_ms_max)
    return row(
        stream.stream,
        wording.count(stream.subscribers),
        wording.count(stream.events),
        *(wording.milliseconds(age) for age in ages),
    )


def _disturbances_table(figures: FeedFigures) -> Table:
    return Table(
        "What was not as it should be, counted over all subscribers",
        (
            *columns("stream"),
            *columns("gaps", "missing", "repeated", "reordered", words=0),
            *columns("book lost", "longest without", "silences", "longest", "until the end", words=0),
        ),
        tuple(_disturbances_row(stream) for stream in figures.streams),
    )


def _disturbances_row(stream: StreamFigures) -> tuple[Cell, ...]:
    counts = (stream.gaps, stream.missing, stream.repeated, stream.reordered, stream.resyncs)
    return row(
        stream.stream,
        *(wording.count(each) for each in counts),
        wording.milliseconds(stream.resync_ms_max),
        wording.count(stream.silences),
        wording.milliseconds(stream.silence_ms_max),
        wording.count(stream.unfinished),
    )


SECTION = Section("subscribers", "What subscribers heard", build)
