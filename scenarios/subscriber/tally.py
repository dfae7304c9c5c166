"""What is kept of the events that come: ages as counts by second, and marks of what is not as it should be. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from slo.history.feeds import AGES_SCHEMA, MARKS_SCHEMA, NO_AGE, REPORTS_SCHEMA, MarkKind, bucket_of

NS_PER_S = 1_000_000_000
MARKS_MAX = 200_000
"""Beyond it they are counted and not stored one by one."""
NO_SECOND = -(10**9)

Mark = tuple[str, str, int, int, int | None, int]
"""Kind, stream, subscriber, at_ns, until_ns, count."""


@dataclass(slots=True)
class StreamTally:
    """All events of one stream, whoever of its subscribers heard them."""

    stream: str
    subscribers: int
    events: int = 0
    _seconds: dict[int, dict[int, int]] = field(default_factory=dict)
    _second: int = NO_SECOND
    _current: dict[int, int] = field(default_factory=dict)

    def count(self, at_ns: int, age_us: int | None) -> None:
        """An event that came ``at_ns`` since the run's start; None: it does not say when it happened."""
        second = at_ns // NS_PER_S
        if second != self._second:
            self._second = second
            self._current = self._seconds.setdefault(second, {})
        bucket = NO_AGE if age_us is None else bucket_of(age_us)
        self._current[bucket] = self._current.get(bucket, 0) + 1
        self.events += 1

    def rows(self) -> Iterator[tuple[int, str, int, int]]:
        """As in AGES_SCHEMA."""
        for second, buckets in self._seconds.items():
            for bucket, events in buckets.items():
                yield second, self.stream, bucket, events


@dataclass(slots=True)
class Marks:
    """Kept up to ``most``; ``left_out`` says how many were not."""

    most: int = MARKS_MAX
    left_out: int = 0
    rows: list[Mark] = field(default_factory=list)

    def add(  # noqa: PLR0917  a row
        self, kind: MarkKind, stream: str, subscriber: int, at_ns: int, until_ns: int | None, count: int = 1
    ) -> None:
        if len(self.rows) >= self.most:
            self.left_out += 1
        else:
            self.rows.append((kind.value, stream, subscriber, at_ns, until_ns, count))


Report = tuple[str, str, int, int, int]
"""As in REPORTS_SCHEMA."""


@dataclass(slots=True)
class Heard:
    """Everything that one process has heard."""

    marks: Marks = field(default_factory=Marks)
    tallies: dict[str, StreamTally] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    other_messages: int = 0

    def tally(self, stream: str) -> StreamTally:
        """Of ``stream``, for one more subscriber."""
        tally = self.tallies.setdefault(stream, StreamTally(stream, 0))
        tally.subscribers += 1
        return tally

    def ages_frame(self) -> pl.DataFrame:
        rows = [row for tally in self.tallies.values() for row in tally.rows()]
        return pl.DataFrame(rows, schema=AGES_SCHEMA, orient="row").sort("stream", "second", "bucket")

    def marks_frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.marks.rows, schema=MARKS_SCHEMA, orient="row").sort("at_ns", "stream", "subscriber")

    def reports_frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.reports, schema=REPORTS_SCHEMA, orient="row")
