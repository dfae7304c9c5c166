"""Samples folded into bins of time, so that a chart holds hundreds of points whatever the run holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slo.report.wording import NS_PER_MS, NS_PER_S

_STEPS_MS = tuple(step * 10**power for power in range(2, 10) for step in (1, 2, 5))
"""100 ms, 200 ms, 500 ms, 1 s, ..."""

Row = dict[str, str | float | int | None]
"""One datum of a chart."""


@dataclass(frozen=True, slots=True)
class Bins:
    """``width_ns`` wide, from the run's start up to ``end_ns``."""

    width_ns: int
    end_ns: int

    @property
    def width_s(self) -> float:
        return self.width_ns / NS_PER_S

    def starts(self) -> pl.DataFrame:
        return pl.DataFrame({"bin_ns": range(0, max(self.end_ns, 1), self.width_ns)}, schema={"bin_ns": pl.Int64()})

    def place(self) -> pl.Expr:
        """The start of the bin in which an arrival was due."""
        return (pl.col("scheduled_ns") // self.width_ns * self.width_ns).alias("bin_ns")

    def bounds(self, bin_ns: int) -> dict[str, float]:
        return {"start_s": bin_ns / NS_PER_S, "end_s": min(bin_ns + self.width_ns, self.end_ns) / NS_PER_S}


def bins_for(end_ns: int, at_most: int = 240) -> Bins:
    """The finest round width of 100 ms or more that needs no more than ``at_most`` bins."""
    width_ms = next((step for step in _STEPS_MS if step * NS_PER_MS * at_most >= end_ns), _STEPS_MS[-1])
    return Bins(width_ms * NS_PER_MS, end_ns)


def rates_per_s(samples: pl.DataFrame, ends: Sequence[str], bins: Bins) -> list[Row]:
    """Arrivals per second by how they ended, one row a bin: zeros where there were none, by the time they were due."""
    counts = samples.group_by(bins.place()).agg((pl.col("end") == end).sum().alias(end) for end in ends)
    every = bins.starts().join(counts, on="bin_ns", how="left").fill_null(0).sort("bin_ns")
    return [_rate_row(row, ends, bins) for row in every.iter_rows(named=True)]


def _rate_row(counted: Mapping[str, int], ends: Sequence[str], bins: Bins) -> Row:
    bounds = bins.bounds(counted["bin_ns"])
    length_s = bounds["end_s"] - bounds["start_s"]
    return {**bounds, **{end: round(counted[end] / length_s, 3) for end in ends}}


def folded(samples: pl.DataFrame, bins: Bins, columns: Mapping[str, pl.Expr]) -> list[Row]:
    """One row a bin with the given aggregates, rounded to the microsecond; null where a bin has nothing to fold."""
    figures = samples.group_by(bins.place()).agg(**columns)
    every = bins.starts().join(figures, on="bin_ns", how="left").sort("bin_ns")
    return [
        {**bins.bounds(row["bin_ns"]), **{name: _rounded(row[name]) for name in columns}}
        for row in every.iter_rows(named=True)
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def nearest_rank(values: pl.Expr, hundredths: int) -> pl.Expr:
    """The smallest value that ``hundredths`` per cent of all values do not exceed: one of them, or null without any."""
    known = values.drop_nulls()
    rank = (known.len().cast(pl.Int64) * hundredths + 99) // 100
    return known.sort().get(rank - 1, null_on_oob=True)
