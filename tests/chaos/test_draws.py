"""Chance that can be repeated."""

from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from chaos.draws import Draws

ids = st.text(min_size=1, max_size=20)


@given(st.integers(), ids, st.integers(min_value=0))
def test_the_same_request_draws_the_same_number_in_every_run(seed: int, fault_id: str, ordinal: int) -> None:
    assert Draws(seed, fault_id, ordinal).uniform("coin") == Draws(seed, fault_id, ordinal).uniform("coin")


@given(st.integers(), ids, st.integers(min_value=0), ids)
def test_a_draw_lies_in_the_unit_interval(seed: int, fault_id: str, ordinal: int, name: str) -> None:
    assert 0 <= Draws(seed, fault_id, ordinal).uniform(name) < 1


def test_another_seed_fault_request_or_name_draws_another_number() -> None:
    draws = {
        Draws(1, "a", 0).uniform("coin"),
        Draws(2, "a", 0).uniform("coin"),
        Draws(1, "b", 0).uniform("coin"),
        Draws(1, "a", 1).uniform("coin"),
        Draws(1, "a", 0).uniform("jitter"),
    }
    assert len(draws) == 5


def test_draws_of_one_fault_are_spread_evenly() -> None:
    # The mean of n uniform draws has the standard deviation 1 / sqrt(12 n), 0.0029 for 10,000: five of them either way.
    assert abs(fmean(Draws(7, "a", n).uniform("coin") for n in range(10_000)) - 0.5) < 5 * 0.0029
