"""What subscribers heard, as figures: ages, gaps, resyncs and silences by stream; orders and their reports."""

from collections.abc import Iterator

import polars as pl
from pydantic import BaseModel, ConfigDict

from slo.history import Operation, Outcome
from slo.history.feeds import Feeds, MarkKind, StreamCount, age_us_at_most

NS_PER_MS = 1_000_000
US_PER_MS = 1000
_CLIENT_ORDER_ID = r"^bo-.+?-(\d+)(?:-r\d+)?$"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamFigures(_Model):
    """One stream, all its subscribers together. Ages are None where its events carry no time of the venue's."""

    stream: str
    subscribers: int
    events: int
    age_ms_p50: float | None
    """Like the others, up to 1/32 too high, never too low."""
    age_ms_p99: float | None
    age_ms_max: float | None
    ahead: int
    """Events that came before the venue says they happened."""
    gaps: int
    missing: int
    """Numbers that the gaps left out: trades, or updates of a book."""
    repeated: int
    reordered: int
    unreadable: int
    resyncs: int
    """How often a book was lost after it was valid."""
    resync_ms_max: float | None
    silences: int
    silence_ms_max: float | None
    unfinished: int
    """Silences and resyncs that lasted until the end."""


class OrderReports(_Model):
    """Orders that the venue acknowledged, and what the private feed said of them."""

    acknowledged: int
    confirmed: int
    """The report of their acceptance (NEW) came."""
    unconfirmed: int
    """It never did."""
    unreported: int
    """Of the unconfirmed: nothing else was told of them either, no fill and no end."""
    confirmed_before_reply: int
    delay_ms_p50: float | None
    """From the acknowledgement to the report of the acceptance; negative where the report was faster."""
    delay_ms_p99: float | None
    delay_ms_max: float | None
    fills: int
    """Different trades told of."""
    fills_repeated: int
    fill_ms_p50: float | None
    """From the acknowledgement to the first report of a fill."""
    fill_ms_p99: float | None
    unknown: int
    """Orders whose outcome the reply left unknown."""
    unknown_reported: int
    """Of these: a report shows that they were done."""


class FeedFigures(_Model):
    """``orders`` is None where nobody subscribed to user data."""

    streams: list[StreamFigures]
    disconnects: int
    clock_offset_ms: float
    marks_left_out: int
    orders: OrderReports | None


def feed_figures(feeds: Feeds, samples: pl.DataFrame) -> FeedFigures:
    """``samples`` of the same run."""
    return FeedFigures(
        streams=[_stream(feeds, counted) for counted in feeds.summary.streams],
        disconnects=feeds.marks.filter(kind=MarkKind.DISCONNECT.value).height,
        clock_offset_ms=feeds.summary.clock_offset_ms,
        marks_left_out=feeds.summary.marks_left_out,
        orders=_orders(feeds, samples) if has_user_data(feeds) else None,
    )


def has_user_data(feeds: Feeds) -> bool:
    return any("@" not in each.stream for each in feeds.summary.streams)


def disturbed(feeds: Feeds) -> Iterator[tuple[int, int | None]]:
    """When something was not as it should be: from and until, None for the end; first books are no disturbance."""
    yield from feeds.marks.filter(_not_first()).select("at_ns", "until_ns").iter_rows()


def age_ms(ages: pl.DataFrame, hundredths: int) -> float | None:
    """The age that ``hundredths`` per cent of the dated events in ``ages`` do not exceed, by nearest rank."""
    dated = ages.filter(pl.col("bucket") >= 0).group_by("bucket").agg(pl.col("events").sum()).sort("bucket")
    total = int(dated["events"].sum())
    if not total:
        return None
    rank = -(-total * hundredths // 100)
    bucket = dated.filter(pl.col("events").cum_sum() >= rank)["bucket"][0]
    return age_us_at_most(bucket) / US_PER_MS


def _not_first() -> pl.Expr:
    return (pl.col("kind") != MarkKind.RESYNC.value) | (pl.col("at_ns") > 0)


def _stream(feeds: Feeds, counted: StreamCount) -> StreamFigures:
    ages = feeds.ages.filter(stream=counted.stream)
    marks = feeds.marks.filter(_not_first(), stream=counted.stream)
    gaps = marks.filter(kind=MarkKind.GAP.value)
    resyncs = marks.filter(kind=MarkKind.RESYNC.value)
    silences = marks.filter(kind=MarkKind.SILENCE.value)
    return StreamFigures(
        stream=counted.stream,
        subscribers=counted.subscribers,
        events=counted.events,
        age_ms_p50=age_ms(ages, 50),
        age_ms_p99=age_ms(ages, 99),
        age_ms_max=age_ms(ages, 100),
        ahead=int(ages.filter(pl.col("bucket") == -2)["events"].sum()),
        gaps=gaps.height,
        missing=int(gaps["count"].sum()),
        repeated=marks.filter(kind=MarkKind.REPEATED.value).height,
        reordered=marks.filter(kind=MarkKind.REORDERED.value).height,
        unreadable=marks.filter(kind=MarkKind.UNREADABLE.value).height,
        resyncs=resyncs.height,
        resync_ms_max=_longest_ms(resyncs),
        silences=silences.height,
        silence_ms_max=_longest_ms(silences),
        unfinished=resyncs["until_ns"].null_count() + silences["until_ns"].null_count(),
    )


def _longest_ms(marks: pl.DataFrame) -> float | None:
    longest = (marks["until_ns"] - marks["at_ns"]).max()
    return round(longest / NS_PER_MS, 3) if isinstance(longest, int) else None


def _orders(feeds: Feeds, samples: pl.DataFrame) -> OrderReports:
    reports = feeds.reports.with_columns(
        arrival=pl.col("client_order_id").str.extract(_CLIENT_ORDER_ID, 1).cast(pl.Int64)
    ).drop_nulls("arrival")
    told = reports.group_by("arrival").agg(
        first_ns=pl.col("received_ns").min(),
        new_ns=pl.col("received_ns").filter(pl.col("execution") == "NEW").min(),
        fill_ns=pl.col("received_ns").filter(pl.col("execution") == "TRADE").min(),
    )
    placed = samples.filter(op=Operation.ORDER_PLACE.value).join(told, on="arrival", how="left")
    acknowledged = placed.filter(pl.col("code").is_null(), outcome=Outcome.OK.value)
    unknown = placed.filter(outcome=Outcome.UNKNOWN.value)
    fills = reports.filter(execution="TRADE").select("client_order_id", "trade")
    delays = _delays_ms(acknowledged, "new_ns")
    fill_delays = _delays_ms(acknowledged, "fill_ns")
    return OrderReports(
        acknowledged=acknowledged.height,
        confirmed=delays.len(),
        unconfirmed=acknowledged.height - delays.len(),
        unreported=acknowledged["first_ns"].null_count(),
        confirmed_before_reply=int((delays < 0).sum()),
        delay_ms_p50=_rank(delays, 50),
        delay_ms_p99=_rank(delays, 99),
        delay_ms_max=_rank(delays, 100),
        fills=fills.unique().height,
        fills_repeated=fills.height - fills.unique().height,
        fill_ms_p50=_rank(fill_delays, 50),
        fill_ms_p99=_rank(fill_delays, 99),
        unknown=unknown.height,
        unknown_reported=unknown.height - unknown["first_ns"].null_count(),
    )


def _delays_ms(acknowledged: pl.DataFrame, told: str) -> pl.Series:
    return ((acknowledged[told] - acknowledged["done_ns"]) / NS_PER_MS).drop_nulls().sort()


def _rank(ascending: pl.Series, hundredths: int) -> float | None:
    if not ascending.len():
        return None
    return round(float(ascending[-(-ascending.len() * hundredths // 100) - 1]), 3)
