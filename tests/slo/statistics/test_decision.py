"""The decision must be that of the exact bound, to the last event, without a float."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from scipy.stats import binomtest

from slo.statistics import ALPHA, refutes_target, shows_target
from slo.statistics.decision import compare_lower_tail


@pytest.mark.parametrize(("target", "needed"), [("0.95", 59), ("0.99", 299), ("0.999", 2995), ("0.9999", 29956)])
def test_a_target_is_shown_from_the_first_request_count_whose_power_falls_to_alpha(target: str, needed: int) -> None:
    # Without failures P(X >= n) = target^n, so the count is ceil(ln 0.05 / ln target).
    assert shows_target(needed, needed, Decimal(target))
    assert not shows_target(needed - 1, needed - 1, Decimal(target))


def test_a_bound_that_equals_the_target_exactly_reaches_it() -> None:
    # One success of one: the 95 % lower bound is the p with p = 0.05, so a target of 0.05 is just reached.
    assert shows_target(1, 1, Decimal("0.05"))
    assert not shows_target(1, 1, Decimal("0.0500000000000000000000000000000000000000000000000001"))


def test_an_upper_bound_that_equals_the_target_exactly_does_not_miss_it() -> None:
    # No success of one: the upper bound is the p with 1 - p = 0.05.
    assert not refutes_target(0, 1, Decimal("0.95"))
    assert refutes_target(0, 1, Decimal("0.9500000000000000000000000000000000000000000000000001"))


@pytest.mark.parametrize("total", [1, 2, 5, 17, 60])
@pytest.mark.parametrize("target", ["0.05", "0.3", "0.5", "0.77", "0.95", "0.999"])
def test_decisions_on_few_events_are_those_of_exact_fractions(total: int, target: str) -> None:
    p, alpha = Fraction(target), Fraction(1, 20)
    weights = [comb(total, k) * p**k * (1 - p) ** (total - k) for k in range(total + 1)]
    for good in range(total + 1):
        assert shows_target(good, total, Decimal(target)) == (sum(weights[good:]) <= alpha)
        assert refutes_target(good, total, Decimal(target)) == (sum(weights[: good + 1]) < alpha)


@pytest.mark.parametrize(("total", "bad"), [(1000, 0), (5000, 3), (40_000, 21), (200_000, 230), (1_000_000, 80_000)])
@pytest.mark.parametrize("target", ["0.9", "0.92", "0.999", "0.99955"])
def test_decisions_on_many_events_are_those_of_scipys_bound_away_from_its_edge(
    total: int, bad: int, target: str
) -> None:
    good = total - bad
    one_sided = float(1 - 2 * ALPHA)
    bound = binomtest(good, total).proportion_ci(confidence_level=one_sided, method="exact")
    assert min(abs(bound.low - float(target)), abs(bound.high - float(target))) > 1e-9
    assert shows_target(good, total, Decimal(target)) == (bound.low >= float(target))
    assert refutes_target(good, total, Decimal(target)) == (bound.high < float(target))


def test_one_event_decides_where_the_bound_crosses_the_target() -> None:
    shown = [bad for bad in range(900, 1000) if shows_target(1_000_000 - bad, 1_000_000, Decimal("0.999"))]
    assert shown == list(range(900, shown[-1] + 1))
    assert 940 < shown[-1] < 960  # about 1,000 - 1.645 sqrt(1,000)


def test_nothing_is_decided_without_events() -> None:
    assert not shows_target(0, 0, Decimal("0.9"))
    assert not refutes_target(0, 0, Decimal("0.9"))


def test_a_target_of_zero_is_met_by_any_event_and_cannot_be_missed() -> None:
    assert shows_target(0, 3, Decimal(0))
    assert not refutes_target(0, 3, Decimal(0))


def test_tails_that_are_certain_need_no_sum() -> None:
    assert compare_lower_tail(10, Decimal("0.5"), -1, ALPHA) == -1
    assert compare_lower_tail(10, Decimal("0.5"), 10, ALPHA) == 1


def test_a_tail_equal_to_the_threshold_compares_as_equal() -> None:
    # P(Bin(2, 1/2) <= 0) = 1/4, and <= 1 is 3/4.
    assert compare_lower_tail(2, Decimal("0.5"), 0, Decimal("0.25")) == 0
    assert compare_lower_tail(2, Decimal("0.5"), 1, Decimal("0.75")) == 0
