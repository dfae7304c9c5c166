"""Ten thousand requests over real sockets: as many are hit as asked for, a seed says which, and delays are exact."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from typing import Any

import pytest
from scipy import stats

from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.toxics import touched, toxic
from tests.chaos.wire_faults import Client, Venue, fault, remembering_venue

pytestmark = pytest.mark.slow

COUNT = 10_000

ENOUGH = {1: 200, 10: 100, 100: 25, 2_000: 5}
"""Requests for a median of a delay in milliseconds."""

TRIALS = 3
"""What a busy machine adds comes and goes; what the proxy adds is there in each of them."""


def hit(proxy: RunningProxy, venue: Venue, seed: int, probability: float) -> set[int]:
    with fault(proxy, "status", status=503, probability=probability, seed=seed) as evidence, Client(venue) as client:
        found = {number for number in range(COUNT) if client.get()[0] == 503}
    assert evidence.hits == len(found)
    return found


@pytest.mark.parametrize("probability", [0.001, 0.1, 0.5])
def test_a_probability_hits_within_binomial_bounds(proxy: RunningProxy, probability: float) -> None:
    with remembering_venue(proxy) as venue:
        count = len(hit(proxy, venue, 11, probability))
    low, high = stats.binom.interval(0.9999, COUNT, probability)
    assert low <= count <= high


def test_a_toxicity_hits_within_binomial_bounds(proxy: RunningProxy, venue: str) -> None:
    with toxic(proxy, venue, "latency", attributes={"latency": 0}, toxicity=0.2):
        count = len(touched(venue, COUNT))
    low, high = stats.binom.interval(0.9999, COUNT, 0.2)
    assert low <= count <= high


def test_the_same_seed_hits_the_same_requests_and_another_hits_others(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue:
        first, again, other = (hit(proxy, venue, seed, 0.2) for seed in (1, 1, 2))
    assert first == again
    shared = len(first & other) / len(first)
    assert 0.1 < shared < 0.3  # of independent choices a fifth


def test_a_delay_is_never_shorter_than_asked_however_many_wait(proxy: RunningProxy) -> None:
    with (
        remembering_venue(proxy) as venue,
        fault(proxy, "latency", latency_ms=500, distribution="constant"),
        ThreadPoolExecutor(50) as pool,
    ):
        took = list(pool.map(lambda _: request(venue.address, "/api/v3/depth").seconds, range(100)))
    assert min(took) >= 0.5


@contextmanager
def late_by_fault(proxy: RunningProxy, _: Venue, delay_ms: float) -> Iterator[None]:
    with fault(proxy, "latency", latency_ms=delay_ms, distribution="constant"):
        yield


@contextmanager
def late_by_toxic(proxy: RunningProxy, venue: Venue, delay_ms: float) -> Iterator[None]:
    with toxic(proxy, venue.address, "latency", attributes={"latency": delay_ms}):
        yield


def median_ms(client: Client, count: int, idle_ms: float = 0) -> float:
    took = []
    for _ in range(count):
        time.sleep(idle_ms / 1_000)
        began = time.perf_counter()
        assert client.get()[0] == 200
        took.append(time.perf_counter() - began)
    return median(took) * 1_000


@pytest.mark.parametrize("delay_ms", ENOUGH)
@pytest.mark.parametrize("late", [late_by_fault, late_by_toxic])
def test_a_median_delay_is_what_was_asked(proxy: RunningProxy, late: Callable[..., Any], delay_ms: int) -> None:
    added_ms: list[float] = []
    with remembering_venue(proxy) as venue, Client(venue) as client:
        while len(added_ms) < TRIALS and not any(near(added, delay_ms) for added in added_ms):
            # Rested as long as the delay rests: to wake a processor up takes some tenths of a millisecond, too.
            without = median_ms(client, ENOUGH[delay_ms], idle_ms=delay_ms)
            with late(proxy, venue, delay_ms):
                added_ms.append(median_ms(client, ENOUGH[delay_ms]) - without)
    print(f"asked {delay_ms} ms, added {added_ms} ms")  # noqa: T201
    assert near(added_ms[-1], delay_ms)


def near(added_ms: float, delay_ms: int) -> bool:
    return abs(added_ms - delay_ms) <= max(1.0, 0.02 * delay_ms)
