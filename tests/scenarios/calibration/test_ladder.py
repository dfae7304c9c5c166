"""The search finds the edge, wherever it is, and is not deceived by a rate that failed once."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scenarios.calibration.ladder import highest, rounded

FIRST, MOST = 500, 100_000


@given(edge=st.integers(FIRST, MOST))
def test_what_is_found_holds_and_a_tenth_more_does_not(edge: int) -> None:
    tried: Counter[int] = Counter()

    def holds(rate: int) -> bool:
        tried[rate] += 1
        return rate <= edge

    found = highest(holds, FIRST, MOST)
    assert found is not None
    assert found <= edge
    # Three halvings of a factor of two, and two digits.
    assert found == MOST or edge < found * 1.09 * 1.05
    assert max(tried.values()) <= 2
    assert all(FIRST <= rate <= MOST for rate in tried)


@given(edge=st.integers(FIRST, MOST), disturbed=st.sets(st.integers(0, 30)))
def test_a_rate_that_was_disturbed_once_is_tried_again(edge: int, disturbed: set[int]) -> None:
    tried: list[int] = []

    def holds(rate: int) -> bool:
        again = tried[-1:] == [rate]
        tried.append(rate)
        return rate <= edge and (again or len(tried) not in disturbed)

    assert highest(holds, FIRST, MOST) == highest(lambda rate: rate <= edge, FIRST, MOST)


def test_where_the_first_rate_does_not_hold_there_is_none() -> None:
    assert highest(lambda _: False, FIRST, MOST) is None


def test_no_rate_above_the_bound_is_tried() -> None:
    tried: list[int] = []

    def holds(rate: int) -> bool:
        tried.append(rate)
        return True

    assert highest(holds, FIRST, 1_300) == 1_300
    assert tried == [500, 1_000, 1_300]


def test_rates_have_two_digits() -> None:
    assert [rounded(rate) for rate in (7, 45.4, 701, 11_313.7)] == [7, 45, 700, 11_000]
