"""The random shapes have the distribution that they promise: tests by law, with seeds that make them repeatable."""

import numpy as np
import pytest
from pydantic import JsonValue
from scipy import optimize, stats

from scenarios.traffic.arrivals.shape import Floats
from tests.scenarios.traffic.drawing import S, counts, due

P_MIN = 0.001


def test_poisson_gaps_are_exponential_and_counts_are_poisson() -> None:
    rate, seconds = 200.0, 500
    due_ns = due("poisson", rate, seconds, seed=7)
    assert stats.kstest(np.diff(due_ns) / S, "expon", args=(0, 1 / rate)).pvalue > P_MIN
    per_second = counts(due_ns, list(range(seconds + 1)))
    # A Poisson count has a variance equal to its mean; the dispersion statistic is chi-squared with n - 1 degrees.
    dispersion = ((per_second - per_second.mean()) ** 2).sum() / per_second.mean()
    assert 0.001 < stats.chi2.cdf(dispersion, seconds - 1) < 0.999
    assert abs(len(due_ns) - rate * seconds) < 4 * (rate * seconds) ** 0.5


RATE, DECAY_S, SECONDS = 50.0, 0.4, 2000.0


def hawkes(branching: float, seed: int = 5) -> Floats:
    """Due times in seconds."""
    written: JsonValue = {"shape": "hawkes", "branching": branching, "decay": f"{DECAY_S * 1000:g}ms"}
    seconds: Floats = due(written, RATE, SECONDS, seed) / S
    return seconds


def excess_at(times_s: Floats, branching: float) -> tuple[Floats, Floats]:
    """The intensity above its base just before each arrival, and the compensator between it and the one before.

    By the recursion for exponential kernels (Ogata, On Lewis' simulation method for point processes, 1981), beginning
    with an excess of rate * branching.
    """
    excess, left = np.empty_like(times_s), RATE * branching
    gaps_s = np.diff(times_s, prepend=0.0)
    integral = np.empty_like(times_s)
    for place, kept in enumerate(np.exp(-gaps_s / DECAY_S)):
        integral[place] = left * DECAY_S * (1 - kept)
        excess[place] = left * kept
        left = excess[place] + branching / DECAY_S
    return excess, RATE * (1 - branching) * gaps_s + integral


@pytest.mark.parametrize("branching", [0.3, 0.8, 0.95])
def test_hawkes_arrivals_are_a_poisson_process_of_rate_1_once_time_is_rescaled(branching: float) -> None:
    # Time-rescaling theorem: the compensator grows by independent Exp(1) from arrival to arrival.
    _, increments = excess_at(hawkes(branching), branching)
    assert stats.kstest(increments, "expon").pvalue > P_MIN
    neighbours = np.corrcoef(increments[:-1], increments[1:])[0, 1]
    assert abs(neighbours) < 4 / len(increments) ** 0.5


def test_the_rescaling_test_can_fail() -> None:
    _, increments = excess_at(hawkes(0.8), 0.5)
    assert stats.kstest(increments, "expon").pvalue < P_MIN
    poisson_s = due("poisson", RATE, SECONDS) / S
    assert stats.kstest(excess_at(poisson_s, 0.5)[1], "expon").pvalue < P_MIN


def test_the_likeliest_branching_ratio_is_the_one_asked_for() -> None:
    times_s = hawkes(0.8)

    def unlikelihood(branching: float) -> float:
        excess, increments = excess_at(times_s, branching)
        return float(increments.sum() - np.log(RATE * (1 - branching) + excess).sum())

    found = optimize.minimize_scalar(unlikelihood, bounds=(0.05, 0.99), method="bounded", options={"xatol": 1e-3})
    assert abs(found.x - 0.8) < 0.02


def test_hawkes_counts_spread_as_branching_says_and_keep_the_mean_from_the_start() -> None:
    # In long stretches the variance is mean / (1 - branching)² (Hawkes and Oakes 1974): 25 times that of Poisson.
    stretches = counts((hawkes(0.8) * S).astype(np.int64), list(np.arange(0, SECONDS + 1, 20)))
    ratio = stretches.var(ddof=1) / stretches.mean()
    assert 25 * 0.5 < ratio < 25 * 1.6  # 100 stretches: the variance's own relative standard deviation is 0.14
    # The first 200 ms of 400 runs: on average as many as at any other time.
    first = [len(due({"shape": "hawkes", "branching": 0.8, "decay": "400ms"}, RATE, 0.2, seed)) for seed in range(400)]
    assert abs(np.mean(first) - RATE * 0.2) < 4 * np.std(first) / 400**0.5


def test_modulated_arrivals_jump_between_their_levels() -> None:
    # Levels 1 and 9 for 4 s and 1 s in the mean have a mean of (4 * 1 + 1 * 9) / 5 = 2.6: at 260/s, 100/s and 900/s.
    written: JsonValue = {"shape": "modulated", "levels": [1, 9], "sojourns": ["4s", "1s"]}
    per_100_ms = counts(due(written, 260.0, 5000.0), list(np.arange(0, 5000.05, 0.1)))
    assert abs(per_100_ms.mean() / 26 - 1) < 0.1
    high = per_100_ms > 40  # means 10 and 90: neither strays so far
    assert abs(high.mean() - 0.2) < 0.03
    calm = np.concatenate([[False], high[1:-1] | high[:-2] | high[2:], [False]])
    assert abs(per_100_ms[~calm][1:-1].mean() - 10) < 0.5
    # Bins wholly inside a high spell: both neighbours are high as well.
    inside = high[1:-1] & high[:-2] & high[2:]
    assert abs(per_100_ms[1:-1][inside].mean() - 90) < 1.0
    spells = np.diff(np.flatnonzero(np.diff(high.astype(np.int8))))
    assert abs(spells[::2].mean() + spells[1::2].mean() - 50) < 5  # 4 s and 1 s in bins of 100 ms
