"""What holds for every shape: order, bounds, mean rate, and the same union for any number of workers."""

import tracemalloc
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.traffic.arrivals import SHAPES, Constant, Poisson, due_times, share
from scenarios.traffic.streams import derived_seed
from tests.scenarios.traffic.drawing import EXAMPLES, S, due, shaped

names = st.sampled_from(sorted(EXAMPLES))
rates = st.floats(0.1, 5000)
seeds = st.integers(0, 2**63)


def test_every_shape_is_among_the_examples() -> None:
    assert sorted(EXAMPLES) == sorted(SHAPES)


@given(rate=st.integers(1, 3000), seconds=st.integers(1, 3), start_ns=st.integers(0, 10**12))
def test_constant_arrivals_are_exactly_as_many_as_the_rate_says(rate: int, seconds: int, start_ns: int) -> None:
    times = list(due_times(Constant(), rate, start_ns, start_ns + seconds * S, seed=0, name=""))
    assert len(times) == rate * seconds
    assert times[0] == start_ns
    gaps = [after - before for before, after in pairwise(times)]
    assert all(abs(gap - S / rate) <= 1 for gap in gaps)


@given(name=names, rate=rates, seed=seeds, start_ns=st.integers(0, 10**12))
def test_arrivals_are_due_in_order_and_inside_their_phase(name: str, rate: float, seed: int, start_ns: int) -> None:
    end_ns = start_ns + S
    times = list(due_times(shaped(EXAMPLES[name]), rate, start_ns, end_ns, seed=seed, name="phase"))
    assert times == sorted(times)
    assert all(start_ns <= each < end_ns for each in times)


@given(name=names, rate=rates, seed=seeds, workers=st.sampled_from([1, 2, 5]))
def test_the_union_does_not_depend_on_the_number_of_workers(name: str, rate: float, seed: int, workers: int) -> None:
    shape = shaped(EXAMPLES[name])
    shares = [
        list(share(due_times(shape, rate, 0, S, seed=seed, name="phase"), worker, workers)) for worker in range(workers)
    ]
    whole = list(due_times(shape, rate, 0, S, seed=seed, name="phase"))
    assert sorted(each for one in shares for each in one) == whole
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"constant", "replay"}))
def test_a_shape_that_draws_follows_from_seed_and_phase(name: str) -> None:
    shape = shaped(EXAMPLES[name])

    def drawn(seed: int, phase: str) -> list[int]:
        return list(due_times(shape, 300, 0, S, seed=seed, name=phase))

    assert drawn(1, "steady") == drawn(1, "steady")
    assert drawn(1, "steady") != drawn(2, "steady")
    assert drawn(1, "steady") != drawn(1, "surge")
    assert derived_seed(1, "steady") != derived_seed(1, "surge")


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_rate_is_the_mean_of_every_shape(name: str) -> None:
    # Over 400 s; the Hawkes process counts like a Poisson process of 25 times the variance (1 / (1 - 0.8)²), and the
    # modulated one of less than that (10, measured); five standard deviations of that are allowed.
    arrivals = len(due(EXAMPLES[name], 100.0, 400.0))
    variance_ratio = {"hawkes": 25, "modulated": 25}.get(name, 1)
    assert abs(arrivals - 40_000) < 5 * (40_000 * variance_ratio) ** 0.5


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_rate_of_nothing_gives_no_arrivals(name: str) -> None:
    assert list(due_times(shaped(EXAMPLES[name]), 0.0, 0, S, seed=1, name="phase")) == []


def test_a_phase_without_end_has_arrivals_too() -> None:
    times = list(islice(due_times(Poisson(), 100.0, 5 * S, 2**63 - 1, seed=1, name="phase"), 10_000))
    assert times == sorted(times)
    assert times[0] >= 5 * S


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_long_phase_takes_no_more_memory_than_a_short_one(name: str) -> None:
    shape = shaped(EXAMPLES[name])
    tracemalloc.start()
    try:
        # A day at 1,000/s has 86 million arrivals, 690 MB of due times; walked is as much as has to be seen.
        for _ in islice(due_times(shape, 1000.0, 0, 86_400 * S, seed=1, name="phase"), 50_000):
            pass
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
