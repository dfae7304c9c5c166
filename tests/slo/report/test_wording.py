"""Numbers in a report never claim more than was counted."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slo.report import wording


def parsed(percent: str) -> Decimal:
    return Decimal(percent.removesuffix(f"{wording.NO_BREAK}%")) / 100


@given(st.integers(1, 10**9), st.data())
def test_only_all_of_them_are_a_hundred_per_cent_and_only_none_are_zero(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    written = parsed(wording.share(part, whole))
    assert (written == 1) == (part == whole)
    assert (written == 0) == (part == 0)


@given(st.decimals(0, 1, places=9))
def test_a_lower_bound_is_never_rounded_up_nor_an_upper_bound_down(bound: Decimal) -> None:
    assert parsed(wording.at_least(bound)) <= bound <= parsed(wording.at_most(bound))


@pytest.mark.parametrize(
    ("share", "written"),
    [("0.999996", "99.999600"), ("0.99896", "99.896"), ("0.61234", "61.23"), ("1", "100.00"), ("0.00012", "0.0120")],
)
def test_a_share_keeps_three_figures_of_its_distance_to_the_nearer_end(share: str, written: str) -> None:
    assert wording.percent(Decimal(share)) == f"{written}{wording.NO_BREAK}%"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert wording.share(0, 0) == wording.NONE


@pytest.mark.parametrize(("ratio", "written"), [("0.999", "99.9"), ("0.9990", "99.9"), ("0.9", "90"), ("0", "0")])
def test_a_target_is_written_without_a_figure_added_or_lost(ratio: str, written: str) -> None:
    assert wording.target(Decimal(ratio)) == f"{written}{wording.NO_BREAK}%"


@pytest.mark.parametrize(
    ("ns", "written"),
    [(250_000_000, "250 ms"), (2_000_000_000, "2 s"), (119_000_000_000, "119 s"), (600_000_000_000, "10 min")],
)
def test_a_length_of_time_is_written_in_the_unit_that_a_person_would_choose(ns: int, written: str) -> None:
    assert wording.duration(ns).replace(wording.NO_BREAK, " ") == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.0, "0"), (0.0414, "0.041"), (3.456, "3.46"), (99.96, "100"), (12345.6, "12,346")]
)
def test_a_latency_has_the_figures_that_it_is_good_for(value: float, written: str) -> None:
    assert wording.milliseconds(value) == f"{written}{wording.NO_BREAK}ms"


@pytest.mark.parametrize(("words", "written"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_words_are_listed_as_in_a_sentence(words: list[str], written: str) -> None:
    assert wording.listed(words) == written
