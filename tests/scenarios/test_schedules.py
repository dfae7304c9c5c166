"""Schedules and mixes: exact counts, the promised distribution, the same union for any number of workers."""

from collections import Counter
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scenarios.traffic.mix import Ask, asks
from scenarios.traffic.schedule import ARRIVALS, constant, poisson, share
from scenarios.traffic.streams import derived_seed
from slo.history import Operation

S = 1_000_000_000
rates = st.floats(0.1, 5000)
seeds = st.integers(0, 2**63)


@given(rate=st.integers(1, 3000), seconds=st.integers(1, 3), start_ns=st.integers(0, 10**12))
def test_constant_arrivals_are_exactly_as_many_as_the_rate_says(rate: int, seconds: int, start_ns: int) -> None:
    due = list(constant(rate, start_ns, start_ns + seconds * S))
    assert len(due) == rate * seconds
    assert due[0] == start_ns
    gaps = [after - before for before, after in pairwise(due)]
    assert all(abs(gap - S / rate) <= 1 for gap in gaps)


@given(name=st.sampled_from(sorted(ARRIVALS)), rate=rates, seed=seeds, start_ns=st.integers(0, 10**12))
def test_arrivals_are_due_in_order_and_inside_their_phase(name: str, rate: float, seed: int, start_ns: int) -> None:
    end_ns = start_ns + S
    due = list(ARRIVALS[name](rate, start_ns, end_ns, seed, "phase"))
    assert due == sorted(due)
    assert all(start_ns <= each < end_ns for each in due)


@given(name=st.sampled_from(sorted(ARRIVALS)), rate=rates, seed=seeds, workers=st.sampled_from([1, 2, 5]))
def test_the_union_does_not_depend_on_the_number_of_workers(name: str, rate: float, seed: int, workers: int) -> None:
    def whole() -> list[int]:
        return list(ARRIVALS[name](rate, 0, S, seed, "phase"))

    shares = [list(share(iter(whole()), worker, workers)) for worker in range(workers)]
    assert sorted(due for each in shares for due in each) == whole()


def test_a_rate_of_nothing_gives_no_arrivals() -> None:
    assert list(constant(0.0, 0, S)) == []
    assert list(poisson(0.0, 0, S, 1, "phase")) == []


def test_poisson_gaps_are_exponential_and_counts_are_poisson() -> None:
    rate, seconds = 200.0, 500
    due = np.array(list(poisson(rate, 0, seconds * S, 7, "phase")))
    gaps_s = np.diff(due) / S
    assert stats.kstest(gaps_s, "expon", args=(0, 1 / rate)).pvalue > 0.001
    per_second = np.bincount(due // S, minlength=seconds)
    # A Poisson count has a variance equal to its mean; the dispersion statistic is chi-squared with n - 1 degrees.
    dispersion = ((per_second - per_second.mean()) ** 2).sum() / per_second.mean()
    assert 0.001 < stats.chi2.sf(dispersion, seconds - 1) < 0.999
    # The count itself: within 4 standard deviations of rate * seconds.
    assert abs(len(due) - rate * seconds) < 4 * (rate * seconds) ** 0.5


def test_adding_a_phase_shifts_no_other() -> None:
    assert derived_seed(1, "steady") != derived_seed(1, "surge")
    assert list(poisson(50, 0, S, 1, "steady")) == list(poisson(50, 0, S, 1, "steady"))
    assert list(poisson(50, 0, S, 1, "steady")) != list(poisson(50, 0, S, 1, "surge"))
    assert list(poisson(50, 0, S, 1, "steady")) != list(poisson(50, 0, S, 2, "steady"))


def test_the_mix_is_drawn_by_weight_and_symbols_evenly() -> None:
    weights = {Operation.ORDER_PLACE: 50, Operation.ORDER_CANCEL: 30, Operation.BOOK_READ: 20}
    drawn = Counter(islice(asks(weights, ["A", "B"], 3, "phase"), 20_000))
    expected = {
        Ask(operation, symbol): weight / 200 * 20_000 for operation, weight in weights.items() for symbol in "AB"
    }
    assert drawn.keys() == expected.keys()
    observed = [drawn[ask] for ask in expected]
    assert stats.chisquare(observed, list(expected.values())).pvalue > 0.001


def test_the_same_seed_asks_for_the_same() -> None:
    weights = {Operation.ORDER_PLACE: 1, Operation.BOOK_READ: 1}
    assert list(islice(asks(weights, ["A"], 3, "p"), 50)) == list(islice(asks(weights, ["A"], 3, "p"), 50))
    assert list(islice(asks(weights, ["A"], 3, "p"), 50)) != list(islice(asks(weights, ["A"], 3, "q"), 50))


@pytest.mark.parametrize("names", [("a", "b"), ("ab", ""), ("", "ab")])
def test_names_of_streams_do_not_run_together(names: tuple[str, str]) -> None:
    others = {("a", "b"), ("ab", ""), ("", "ab")} - {names}
    assert all(derived_seed(1, *names) != derived_seed(1, *other) for other in others)
