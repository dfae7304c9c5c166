"""How the benchmarks draw a figure from paired rounds."""

import pytest

from benchmarks.rounds import difference, forth_and_back, level, measure_round, ratio

ROUNDS = [
    {"ours rate": [30.0, 50.0], "theirs rate": [10.0, 10.0]},
    {"ours rate": [10.0, 10.0], "theirs rate": [5.0, 15.0]},
    {"ours rate": [9.0, 11.0], "theirs rate": [4.0, 6.0]},
]


def test_a_drift_that_is_linear_in_time_weighs_on_all_contenders_alike() -> None:
    speed = iter(range(100, 0, -10))
    contenders = dict.fromkeys(("a", "b", "c"), lambda: {"rate": float(next(speed))})
    measured = measure_round(contenders)
    assert forth_and_back(["a", "b", "c"]) == ["a", "b", "c", "c", "b", "a"]
    assert {sum(values) for values in measured.values()} == {150.0}


def test_a_ratio_is_taken_within_each_round_and_its_median_over_them() -> None:
    # 40 / 10, 10 / 10 and 10 / 5
    found = ratio(ROUNDS, "ours rate", "theirs rate")
    assert (found.low, found.median, found.high) == (1.0, 2.0, 4.0)


def test_a_difference_is_taken_within_each_round() -> None:
    # 40 - 10, 10 - 10 and 10 - 5
    found = difference(ROUNDS, "ours rate", "theirs rate")
    assert (found.low, found.median, found.high) == (0.0, 5.0, 30.0)


def test_a_level_is_the_median_of_the_rounds_means() -> None:
    assert level(ROUNDS, "ours rate").median == pytest.approx(10.0)
