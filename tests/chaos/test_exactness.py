"""Ten thousand requests over real sockets: as many are hit as were asked for, and a seed says which."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from scipy import stats

from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.wire_faults import Client, Venue, fault, remembering_venue

pytestmark = pytest.mark.slow

COUNT = 10_000


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
