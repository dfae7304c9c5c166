"""The service-time model is the textbooks' queue: against M/M/1 and Lindley, in virtual time."""

# ruff: noqa: S311 - reproducible on purpose

import math
import random
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.service_time import Constant, Exponential, Lognormal, ServiceTime, SingleServer, recorded_ms
from tests.mock_exchange.batch_means import mean_with_error

MS = 1_000_000


def waits_ns(service: ServiceTime, arrivals_ns: Sequence[int], seed: int) -> list[int]:
    """How long each arrival waits before its service begins."""
    server = SingleServer(service, random.Random(seed))
    waits = []
    for arrival_ns in arrivals_ns:
        waits.append(server.begins_at(arrival_ns) - arrival_ns)
        server.begin(arrival_ns)
    return waits


def poisson_ns(rate_per_s: float, count: int, seed: int) -> list[int]:
    rng, now, arrivals = random.Random(seed), 0.0, []
    for _ in range(count):
        now += rng.expovariate(rate_per_s) * 1e9
        arrivals.append(round(now))
    return arrivals


@pytest.mark.parametrize("utilisation", [0.5, 0.8])
def test_exponential_service_and_poisson_arrivals_wait_as_m_m_1_says(utilisation: float) -> None:
    mean_ms = 1.0
    waits = waits_ns(Exponential(mean_ms * MS), poisson_ns(utilisation * 1000, 200_000, seed=1), seed=2)
    mean, error = mean_with_error([wait / MS for wait in waits], batches=40)
    # M/M/1: the mean wait in queue is rho / (1 - rho) service times.
    expected = mean_ms * utilisation / (1 - utilisation)
    assert error < 0.1 * expected
    assert abs(mean - expected) < 3 * error


def test_constant_service_waits_half_as_long() -> None:
    waits = waits_ns(Constant(1 * MS), poisson_ns(800, 200_000, seed=3), seed=4)
    mean, error = mean_with_error([wait / MS for wait in waits], batches=40)
    # Pollaczek-Khinchine with no variance of service: rho / (2 (1 - rho)) service times.
    assert abs(mean - 2.0) < 3 * error


@pytest.mark.parametrize(
    "service", [Constant(2 * MS), Exponential(2 * MS), Lognormal(2 * MS, 0.8), recorded_ms([1.0, 2.0, 3.0])]
)
def test_every_distribution_has_the_mean_that_it_was_given(service: ServiceTime) -> None:
    rng = random.Random(5)
    draws = [service.draw_ns(rng) for _ in range(50_000)]
    error = statistics.pstdev(draws) / math.sqrt(len(draws))
    assert service.mean_ns == 2 * MS
    assert abs(statistics.fmean(draws) - 2 * MS) <= 4 * error
    assert min(draws) >= 0


def test_the_same_seed_draws_the_same_times() -> None:
    first, second = random.Random(6), random.Random(6)
    service = Exponential(1 * MS)
    assert [service.draw_ns(first) for _ in range(100)] == [service.draw_ns(second) for _ in range(100)]


@given(
    gaps=st.lists(st.integers(0, 5 * MS), min_size=1, max_size=50),
    services=st.lists(st.integers(0, 5 * MS), min_size=1, max_size=10),
)
def test_the_server_follows_lindley_and_never_works_on_two_at_a_time(gaps: list[int], services: list[int]) -> None:
    class Scripted:
        mean_ns = 0.0

        def __init__(self) -> None:
            self.drawn: list[int] = []

        def draw_ns(self, rng: random.Random) -> int:  # noqa: ARG002 - a script leaves nothing to chance
            self.drawn.append(services[len(self.drawn) % len(services)])
            return self.drawn[-1]

    script = Scripted()
    server = SingleServer(script, random.Random(0))
    arrival, wait, previous_done = 0, 0, 0
    for number, gap in enumerate(gaps):
        arrival += gap
        if number:
            wait = max(0, wait + script.drawn[-1] - gap)
        begins = server.begins_at(arrival)
        done = server.begin(arrival)
        assert begins - arrival == wait
        assert begins >= previous_done
        assert done - begins == script.drawn[-1]
        previous_done = done


def test_a_server_that_stood_still_does_not_make_up_for_it() -> None:
    server = SingleServer(Constant(1 * MS), random.Random(0))
    server.begin(0)
    server.resume_at(500 * MS)
    assert server.begin(2 * MS) == 501 * MS
