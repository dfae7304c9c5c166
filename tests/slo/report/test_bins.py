"""Binning loses no arrival, invents no figure and keeps charts small."""

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slo.report.bins import bins_for, folded, nearest_rank, rates_per_s
from slo.report.evidence import ENDS, Evidence
from slo.statistics import nearest_rank as exact_rank


@given(st.integers(1, 10**15), st.integers(2, 1000))
def test_a_run_of_any_length_fits_its_bins(end_ns: int, at_most: int) -> None:
    bins = bins_for(end_ns, at_most)
    assert bins.width_ns * at_most >= end_ns
    assert bins.width_ns >= 100_000_000


def test_the_rates_of_all_bins_add_up_to_every_arrival(driven: Evidence) -> None:
    bins = bins_for(driven.end_ns)
    rates = rates_per_s(driven.ends, ENDS, bins)
    for end in ENDS:
        counted = sum(float(row[end] or 0) * (float(row["end_s"] or 0) - float(row["start_s"] or 0)) for row in rates)
        assert counted == pytest.approx(driven.ends.filter(end=end).height, abs=0.01)


def test_bins_follow_each_other_without_a_gap_up_to_the_end_of_the_run(driven: Evidence) -> None:
    rates = rates_per_s(driven.ends, ENDS, bins_for(driven.end_ns))
    assert rates[0]["start_s"] == 0
    assert [row["end_s"] for row in rates[:-1]] == [row["start_s"] for row in rates[1:]]
    assert rates[-1]["end_s"] == driven.end_ns / 1e9


@given(st.lists(st.floats(0, 1e6), max_size=300), st.integers(1, 100))
def test_a_quantile_is_the_judges_own(values: list[float], hundredths: int) -> None:
    folded_value = pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)}).select(
        nearest_rank(pl.col("x"), hundredths)
    )
    assert folded_value.item() == exact_rank(np.array(values), Decimal(hundredths) / 100)


def test_a_bin_without_values_has_no_figure() -> None:
    samples = pl.DataFrame({"scheduled_ns": [0, 250_000_000], "x": [1.0, 3.0]})
    rows = folded(samples, bins_for(300_000_000), {"x": pl.col("x").max()})
    assert [row["x"] for row in rows] == [1.0, None, 3.0]
