"""Shapes whose rate is known at every moment have the arrivals that it says: exactly, or up to sampling error."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue

from scenarios.model.profiles import find_profile
from scenarios.traffic.arrivals.intensity import Intensity
from scenarios.traffic.arrivals.shape import Floats
from tests.scenarios.traffic.drawing import CRASH, S, counts, due, shaped, surprise

DEVIATIONS = 4.5
"""Of the farthest of some dozens of Poisson counts: farther in one of 1,000 seeds or fewer, and ours are fixed."""
RAMP: dict[str, JsonValue] = {"shape": "ramp", "from": 100, "to": 900}
STEP: dict[str, JsonValue] = {"shape": "step", "levels": [1, 3, 0, 6]}
STEP_AT: dict[str, JsonValue] = {"shape": "step", "levels": [100, 400], "at": ["30s"]}
BURST: dict[str, JsonValue] = {"shape": "burst", "height": 10, "length": "1s", "every": "10s"}


def ramp_counts() -> list[float]:
    # From 100/s to 900/s over 40 s: a second from t on has 100 + 20 t + 10.
    return [110.0 + 20 * t for t in range(40)]


CASES: dict[str, tuple[dict[str, JsonValue], float, list[float], list[float]]] = {
    "ramp": (RAMP, 500, list(range(41)), ramp_counts()),
    # Mean level 2.5 at 500/s: a level is 200/s, for 10 s each.
    "step": (STEP, 500, [0, 10, 20, 30, 40], [2000, 6000, 0, 12_000]),
    # 30 s of 100/s and 10 s of 400/s: a mean of 175/s.
    "step at a moment": (STEP_AT, 175, [0, 15, 30, 35, 40], [1500, 1500, 2000, 2000]),
    # 9 s of b and 1 s of 10 b are 19 b in 10 s: at 190/s, b is 100/s.
    "burst": (BURST, 190, [0, 9, 10, 19, 20, 29, 30, 39, 40], [900, 1000] * 4),
}


@pytest.mark.parametrize("case", CASES)
def test_even_arrivals_are_as_many_as_the_rate_says_up_to_one(case: str) -> None:
    written, rate, edges_s, expected = CASES[case]
    due_ns = due({**written, "spacing": "even"}, rate, 40)
    assert len(due_ns) == rate * 40
    assert np.max(np.abs(counts(due_ns, edges_s) - expected)) <= 1


@pytest.mark.parametrize("case", CASES)
def test_poisson_arrivals_are_as_many_as_the_rate_says_within_the_error_of_sampling(case: str) -> None:
    written, rate, edges_s, expected = CASES[case]
    observed = counts(due(written, rate, 40), edges_s)
    assert np.all(observed[np.array(expected) == 0] == 0)
    some = np.array(expected) > 0
    assert surprise(observed[some], np.array(expected)[some]) < DEVIATIONS


def test_counts_of_another_ramp_are_noticed() -> None:
    observed = counts(due({**RAMP, "to": 1800}, 500, 40), list(range(41)))
    assert surprise(observed, ramp_counts()) > DEVIATIONS


def test_a_phase_that_ends_within_an_interval_of_bursts_keeps_its_mean() -> None:
    due_ns = due({**BURST, "spacing": "even"}, 100, 35)
    assert len(due_ns) == 3500


levels = st.lists(st.tuples(st.floats(0.01, 100), st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=8)


@given(pieces=levels, share=st.floats(0, 3))
@example(pieces=[(4.0, 0.0, 0.5)], share=5e-324)  # so little that its root is 0
def test_when_an_integral_is_reached_is_the_inverse_of_the_integral(
    pieces: list[tuple[float, float, float]], share: float
) -> None:
    pieces = [*pieces, (1.0, 1.0, 1.0)]
    lengths, begins, ends = (list(each) for each in zip(*pieces, strict=True))
    intensity = Intensity.of(lengths, begins, ends)
    wanted = share * float(intensity.cumulative[-1])
    (moment,) = intensity.moments(np.array([wanted]))
    assert intensity.integral(float(moment)) == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def recorded(first_s: int, end_s: int) -> Floats:
    return np.array(find_profile(Path(), CRASH).arrivals[first_s:end_s], dtype=np.float64)


def replay(**parameters: JsonValue) -> dict[str, JsonValue]:
    return {"shape": "replay", "profile": CRASH, **parameters}


def test_the_shipped_profile_is_two_hours_of_the_crash_and_says_where_it_is_from() -> None:
    profile = find_profile(Path(), CRASH)
    # Sum of the column trades of the recording, and its busiest second, 20:59:48 UTC.
    assert (len(profile.arrivals), sum(profile.arrivals), max(profile.arrivals)) == (7200, 1_710_457, 2441)
    assert profile.arrivals.index(2441) == 29 * 60 + 48
    assert "TheGlory" in profile.source


def test_a_replay_follows_the_recorded_intensity_within_two_percent_in_each_ten_seconds() -> None:
    # Two hours at their own pace and at twice their own mean rate.
    whole = recorded(0, 7200)
    observed = counts(due(replay(fit="cut"), 2 * whole.mean(), 7200), list(range(0, 7201, 10)))
    expected = 2 * whole.reshape(-1, 10).sum(axis=1)
    assert np.max(np.abs(observed - expected)) <= 1
    large = expected >= 50  # where one arrival is 2 % or less
    assert large.mean() > 0.99
    assert np.max(np.abs(observed / expected - 1)[large]) <= 0.02


def test_a_poisson_replay_follows_it_within_the_error_of_sampling() -> None:
    expected = recorded(2400, 3000).reshape(-1, 10).sum(axis=1)
    due_ns = due(replay(fit="cut", spacing="poisson", **{"from": "40m"}), expected.sum() / 600, 600)
    assert surprise(counts(due_ns, list(range(0, 601, 10))), expected) < DEVIATIONS


def test_a_replay_is_stretched_to_its_phase() -> None:
    # Ten minutes of it in 60 s, and ten times as slow as they were in 6,000 s: 60 parts have the same shares of all.
    shares = recorded(2400, 3000).reshape(-1, 10).sum(axis=1)
    for seconds in (60, 6000):
        part = due(replay(**{"from": "40m", "to": "50m"}), 6000 / seconds * 100, seconds)
        assert len(part) == 600_000
        observed = counts(part, list(np.linspace(0, seconds, 61)))
        assert np.max(np.abs(observed - shares * 600_000 / shares.sum())) <= 1


def test_seconds_that_a_file_leaves_out_have_no_arrivals(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("# source: a test\nsecond,arrivals\n100,3\n103,1\n", encoding="utf-8")
    shape = shaped({"shape": "replay", "profile": "own.csv"}, tmp_path)
    (batch, *_) = (each for each, _ in zip(shape.batches(4.0, 4 * S, np.random.default_rng(1)), range(1), strict=False))
    # 16 arrivals in 4 s: 12 in the first second, 4 in the last.
    assert counts(batch[:16], [0, 1, 3, 4.0]).tolist() == [12, 0, 4]
