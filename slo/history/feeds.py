"""What subscribers heard: ages by second, everything that was not as it should be, and reports on the run's orders.

``ages`` counts every event of every subscriber, so that its ``events`` add up to what was received; an age is kept as
the bucket that it falls into, whose width is at most 1/32 of it. Times are ns since the run's start.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict

STEPS_BITS = 5
STEPS = 1 << STEPS_BITS
NO_AGE = -1
"""Bucket of events that carry no time of the venue's."""
AHEAD = -2
"""Bucket of events that come before the venue says they happened: its clock is ahead of ours."""


class MarkKind(StrEnum):
    """What can be noticed about a channel; ``until_ns`` is when it was over."""

    GAP = "gap"
    REPEATED = "repeated"
    REORDERED = "reordered"
    RESYNC = "resync"
    """From when there was no valid book until a snapshot joined the events again."""
    SILENCE = "silence"
    """No event, from the one before to the next; ``count`` is how many pings were answered meanwhile."""
    DISCONNECT = "disconnect"
    """From the loss of the connection until it was open again."""
    UNREADABLE = "unreadable"


AGES_SCHEMA = pl.Schema({"second": pl.Int32(), "stream": pl.String(), "bucket": pl.Int16(), "events": pl.Int64()})
MARKS_SCHEMA = pl.Schema(
    {
        "kind": pl.Enum([kind.value for kind in MarkKind]),
        "stream": pl.String(),
        "subscriber": pl.Int32(),
        "at_ns": pl.Int64(),
        "until_ns": pl.Int64(),
        "count": pl.Int64(),
    }
)
"""``until_ns`` is null where it was not over at the end; ``count`` of a gap is how many numbers are missing."""
REPORTS_SCHEMA = pl.Schema(
    {
        "client_order_id": pl.String(),
        "execution": pl.String(),
        "trade": pl.Int64(),
        "event_ns": pl.Int64(),
        "received_ns": pl.Int64(),
    }
)
"""One row for each executionReport; ``execution`` is the venue's x, such as NEW and TRADE."""


class StreamCount(BaseModel):
    """What all subscribers of one stream heard together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: str
    subscribers: int
    events: int


class FeedSummary(BaseModel):
    """The last word of the subscriber process."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    streams: list[StreamCount]
    other_messages: int
    """Received but no events: answers to subscriptions."""
    marks_left_out: int
    """Beyond the bound on what is stored one by one."""
    clock_offset_ms: float
    """Of the venue's clock to ours, as measured before the start; ages are not corrected by it."""
    clock_offset_ms_uncertain: float
    silence_ms: float
    """How long a channel may say nothing before it counts as silent."""


@dataclass(frozen=True, slots=True)
class Feeds:
    """What subscribers of one run heard."""

    summary: FeedSummary
    ages: pl.DataFrame
    marks: pl.DataFrame
    reports: pl.DataFrame


def bucket_of(age_us: int) -> int:
    """The bucket of an age, which grows with it: exact below 32 us, then 32 buckets for each doubling."""
    if age_us < 0:
        return AHEAD
    shift = max(0, age_us.bit_length() - 1 - STEPS_BITS)
    return (shift << STEPS_BITS) + (age_us >> shift)


def age_us_at_most(bucket: int) -> int:
    """The largest age in a bucket, in microseconds."""
    shift = max(0, (bucket >> STEPS_BITS) - 1)
    return (((bucket - (shift << STEPS_BITS)) + 1) << shift) - 1


def write_feeds(folder: Path, feeds: Feeds) -> None:
    """The summary last: a folder with one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    feeds.ages.write_parquet(folder / "ages.parquet")
    feeds.marks.write_parquet(folder / "marks.parquet")
    feeds.reports.write_parquet(folder / "reports.parquet")
    (folder / "summary.json").write_text(feeds.summary.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_feeds(folder: Path) -> Feeds | None:
    """None where the run had no subscribers, or they did not come to their last word."""
    if not (folder / "summary.json").exists():
        return None
    return Feeds(
        FeedSummary.model_validate_json((folder / "summary.json").read_bytes()),
        pl.read_parquet(folder / "ages.parquet").cast(AGES_SCHEMA),
        pl.read_parquet(folder / "marks.parquet").cast(MARKS_SCHEMA),
        pl.read_parquet(folder / "reports.parquet").cast(REPORTS_SCHEMA),
    )
