"""Bounds for display, requests that a claim needs, quantiles."""

from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import binomtest

from slo.statistics import (
    TooFewValuesError,
    best_supportable,
    lower_bound,
    nearest_rank,
    quantile_upper_bound,
    requests_needed,
    shows_target,
    upper_bound,
    values_needed,
)


@pytest.mark.parametrize(("good", "total"), [(0, 10), (10, 10), (9, 10), (9_995, 10_000), (1, 100_000)])
def test_displayed_bounds_are_clopper_pearson_rounded_outwards(good: int, total: int) -> None:
    exact = binomtest(good, total).proportion_ci(confidence_level=0.9, method="exact")
    assert exact.low - 1.1e-9 <= lower_bound(good, total) <= exact.low + 1e-12
    assert exact.high - 1e-12 <= upper_bound(good, total) <= exact.high + 1.1e-9


@pytest.mark.parametrize(
    ("failures", "expected_failures"), [(0, "3.00"), (1, "4.74"), (2, "6.30"), (3, "7.75"), (5, "10.51"), (10, "16.96")]
)
def test_requests_needed_with_failures_follow_the_poisson_table(failures: int, expected_failures: str) -> None:
    # n (1 - target) approaches chi2(0.95; 2 c + 2) / 2 for rare failures.
    needed = requests_needed(Decimal("0.9999"), failures)
    assert needed * 0.0001 == pytest.approx(float(expected_failures), abs=0.006)


@pytest.mark.parametrize("share", ["0.995", "0.99999999"])
@pytest.mark.parametrize("failures", [0, 1, 7, 40])
def test_requests_needed_are_the_fewest_even_beyond_32_bits(failures: int, share: str) -> None:
    target = Decimal(share)
    needed = requests_needed(target, failures)
    assert shows_target(needed - failures, needed, target)
    assert not shows_target(needed - 1 - failures, needed - 1, target)


def test_the_best_claim_of_2995_requests_is_just_three_nines() -> None:
    assert 0.999 <= best_supportable(2995) < 0.9990004
    assert best_supportable(2994) < 0.999
    assert best_supportable(1) == 0.05


def test_a_quantile_is_one_of_the_values_by_nearest_rank() -> None:
    values = np.array([50.0, 10.0, 40.0, 20.0, 30.0])
    assert nearest_rank(values, Decimal("0.5")) == 30  # ceil(2.5) = 3rd
    assert nearest_rank(values, Decimal("0.6")) == 30  # exactly the 3rd, where 0.6 * 5 in floats might be the 4th
    assert nearest_rank(values, Decimal("0.99")) == 50
    assert nearest_rank(values, Decimal(1)) == 50
    assert nearest_rank(np.array([]), Decimal("0.5")) is None


def test_the_rank_of_a_quantile_does_not_suffer_from_floats() -> None:
    # 0.07 * 100 is 7.000000000000001 in floats, whose ceiling is 8.
    assert nearest_rank(np.arange(1.0, 101.0), Decimal("0.07")) == 7


@pytest.mark.parametrize(("quantile", "needed"), [("0.95", 59), ("0.99", 299), ("0.999", 2995)])
def test_a_quantile_is_not_bounded_by_too_few_values(quantile: str, needed: int) -> None:
    assert values_needed(Decimal(quantile)) == needed
    enough = np.arange(float(needed))
    assert quantile_upper_bound(enough, Decimal(quantile)) == needed - 1  # the largest value
    with pytest.raises(TooFewValuesError, match=f"at least {needed}"):
        quantile_upper_bound(enough[1:], Decimal(quantile))


def test_the_bound_on_a_quantile_holds_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    holds = sum(quantile_upper_bound(rng.random(400), Decimal("0.95")) >= 0.95 for _ in range(400))
    assert 0.93 <= holds / 400 <= 1.0
