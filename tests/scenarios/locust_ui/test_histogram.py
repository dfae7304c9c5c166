"""Quantiles from buckets: within the stated error of the exact ones, and the same however the values were split."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.locust_ui.histogram import LARGEST_NS, RELATIVE_ERROR, SMALLEST_NS, Histogram

DURATIONS = st.lists(st.integers(SMALLEST_NS, LARGEST_NS), min_size=1, max_size=60)
SHARES = st.sampled_from([0.0, 0.01, 0.5, 0.95, 0.99, 1.0])
ROUNDING = 1e-9
"""Of logarithms, at the edges of buckets."""


def histogram_of(values_ns: list[int]) -> Histogram:
    histogram = Histogram()
    histogram.add(np.asarray(values_ns, dtype=np.int64))
    return histogram


def exact(values_ns: list[int], share: float) -> int:
    return sorted(values_ns)[max(1, math.ceil(share * len(values_ns))) - 1]


@given(DURATIONS, SHARES)
def test_a_quantile_is_within_the_stated_error_of_the_exact_one(values_ns: list[int], share: float) -> None:
    told = histogram_of(values_ns).quantile_ns(share)
    assert told == pytest.approx(exact(values_ns, share), rel=RELATIVE_ERROR + ROUNDING)


@given(DURATIONS, DURATIONS, SHARES)
def test_merged_histograms_are_the_histogram_of_all(one: list[int], other: list[int], share: float) -> None:
    merged = histogram_of(one)
    merged.merge(histogram_of(other))
    of_all = histogram_of(one + other)
    assert merged.total == len(one) + len(other)
    assert merged.largest_ns == max(one + other)
    assert merged.quantile_ns(share) == of_all.quantile_ns(share)


@given(DURATIONS)
def test_a_histogram_survives_its_message(values_ns: list[int]) -> None:
    histogram = histogram_of(values_ns)
    unpacked = Histogram.unpacked(histogram.packed())
    assert unpacked.packed() == histogram.packed()
    assert unpacked.total == len(values_ns)


def test_nothing_has_no_quantile() -> None:
    assert histogram_of([]).quantile_ns(0.5) is None


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_what_lies_beyond_the_buckets_is_told_as_the_bound(share: float) -> None:
    assert histogram_of([0, 1]).quantile_ns(share) == pytest.approx(SMALLEST_NS, rel=RELATIVE_ERROR)
    beyond = histogram_of([10 * LARGEST_NS])
    assert beyond.quantile_ns(share) == pytest.approx(LARGEST_NS, rel=2 * RELATIVE_ERROR)
    assert beyond.largest_ns == 10 * LARGEST_NS
