"""Counts the events of an objective in samples: how many, how many good, and where the bad ones were.

In doubt an event is not good. SQL's null stands for "not known" (an arrival that was never answered has no
``response_ms``), so a good query must be true, and a bad query must be false, for an event to be good; an arrival is
an event where the total query is true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slo.objectives.model import Indicator

NONE = "(none)"
"""Stands for "no phase", "no fault" or "no value" in names."""


@dataclass(frozen=True, slots=True)
class Part:
    """Events of one phase, or of one fault."""

    name: str
    bad: int
    total: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Events of one group. ``by_phase`` in order of time, ``by_fault`` by name; each adds up to ``total``."""

    group: Mapping[str, str]
    good: int
    total: int
    by_phase: tuple[Part, ...]
    by_fault: tuple[Part, ...]

    @property
    def bad(self) -> int:
        return self.total - self.good


def count_events(indicator: Indicator, samples: pl.DataFrame) -> list[Counted]:
    """One entry per group in order of its name; without ``group_by`` one entry; without any event one of zeros.

    ``samples`` with derived columns, in order of time.
    """
    return [
        _counted({} if indicator.group_by is None or name is None else {indicator.group_by: name}, events)
        for name, events in grouped_events(indicator, samples)
    ]


def grouped_events(
    indicator: Indicator, samples: pl.DataFrame, *more_columns: str
) -> Sequence[tuple[str | None, pl.DataFrame]]:
    """The rows that are events, by the value that they are judged by, in order of its name.

    Columns: ``good``, what events are grouped by, and ``more_columns``. Without ``group_by``, or without any event, one
    group that has no name.
    """
    events = (
        samples.select("venue", "op", "symbol", "phase", "fault", *more_columns)
        .with_columns(event=indicator.total.matches(samples).fill_null(value=False), good=_good(indicator, samples))
        .filter("event")
    )
    if indicator.group_by is None or events.is_empty():
        return [(None, events)]
    return _parts(events, indicator.group_by)


def _good(indicator: Indicator, samples: pl.DataFrame) -> pl.Series:
    if indicator.good is not None:
        return indicator.good.matches(samples).fill_null(value=False)
    if indicator.bad is not None:
        return ~indicator.bad.matches(samples).fill_null(value=True)
    raise ValueError("an indicator has a good or a bad query")


def _parts(events: pl.DataFrame, column: str) -> list[tuple[str, pl.DataFrame]]:
    named = events.with_columns(pl.col(column).cast(pl.String).fill_null(NONE))
    parts = named.partition_by(column, as_dict=True, maintain_order=True)
    return sorted((str(name), part) for (name,), part in parts.items())


def _counted(group: Mapping[str, str], events: pl.DataFrame) -> Counted:
    return Counted(
        group=group,
        good=int(events["good"].sum()),
        total=events.height,
        by_phase=tuple(_spread(events, "phase")),
        by_fault=tuple(sorted(_spread(events, "fault"), key=lambda part: part.name)),
    )


def _spread(events: pl.DataFrame, column: str) -> Iterator[Part]:
    """In the order of the first event of each."""
    name = pl.col(column).cast(pl.String).fill_null(NONE)
    spread = events.group_by(name, maintain_order=True).agg(bad=(~pl.col("good")).sum(), total=pl.len())
    return (Part(name, bad, total) for name, bad, total in spread.iter_rows())
