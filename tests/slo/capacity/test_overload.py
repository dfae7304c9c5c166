"""What no server of a capacity could have served in time, and that no server does."""

import random
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slo.capacity import MeasuredCapacity
from slo.capacity.overload import overload_bounds, servable_in_time
from tests.slo.building import MS, S, a_record, answered, arrivals, derived, open_phase, together

CAPACITY = MeasuredCapacity(1000, 8, (4, 8), 10_000, 10.0, True)


def test_one_server_serves_those_who_can_wait() -> None:
    # Five at once, 10 each, 25 to wait: done at 10 and 20; the third would be done at 30.
    assert servable_in_time([0, 0, 0, 0, 0], 10, 25) == 2
    assert servable_in_time([0, 0, 0, 0, 0], 10, 30) == 3
    # The server is free again at 20, so one who comes at 15 is done at 30.
    assert servable_in_time([0, 0, 0, 15, 15], 10, 25) == 4
    assert servable_in_time([0, 1, 2], 10, 9) == 0
    assert servable_in_time([], 10, 9) == 0


@given(
    due=st.lists(st.integers(0, 12), min_size=1, max_size=6),
    service=st.integers(1, 5),
    deadline=st.integers(0, 12),
)
def test_no_order_of_any_choice_of_arrivals_serves_more(due: list[int], service: int, deadline: int) -> None:
    most = 0
    for order in permutations(sorted(due)):
        free, served = 0, 0
        for arrival in order:  # whoever would be late is passed over, which covers every choice of whom to serve
            done = max(free, arrival) + service
            if done <= arrival + deadline:
                free, served = done, served + 1
        most = max(most, served)
    assert servable_in_time(sorted(due), service, deadline) == most


@given(
    due=st.lists(st.integers(0, 1000), max_size=60).map(sorted),
    chosen=st.randoms(use_true_random=False),
    service=st.integers(1, 50),
    deadline=st.integers(0, 200),
)
def test_no_feasible_schedule_is_above_the_bound(
    due: list[int], chosen: random.Random, service: int, deadline: int
) -> None:
    """A server that idles at will, serves in any order and refuses at will, but keeps to its rate."""
    waiting, free, served = list(due), 0, 0
    while waiting:
        arrival = waiting.pop(chosen.randrange(len(waiting)))
        done = max(free, arrival) + service + chosen.choice([0, 0, 0, 7])
        if chosen.random() < 0.9 and done <= arrival + deadline:
            free, served = done, served + 1
    assert served <= servable_in_time(due, service, deadline)


@given(due=st.lists(st.integers(0, 500), max_size=40).map(sorted), service=st.integers(1, 40))
def test_a_faster_server_or_a_longer_wait_never_serves_fewer(due: list[int], service: int) -> None:
    served = [servable_in_time(due, service, deadline) for deadline in range(0, 200, 10)]
    assert all(fewer <= more for fewer, more in pairwise(served))
    assert servable_in_time(due, service, 100) >= servable_in_time(due, service + 1, 100)


def test_the_bound_of_a_surge_is_worked_out_on_its_arrivals() -> None:
    # Capacity 1,000/s; for 1 s at most 1,000 + 3.0902 sqrt(1,000 x 1.1) = 1,102.49. 2,000 arrive in that second and
    # may wait 100 ms: the server of the bound is busy to 1.1 s, serving some 1.1 x 1,102.49 = 1,212 of them.
    phase = open_phase("surge", 0, S)
    samples = together(arrivals(1_000, every_ns=MS), arrivals(1_000, every_ns=MS, outcome="shed"))
    record = a_record(samples, [phase], deadline_ms=100)
    (bound,) = overload_bounds(record, CAPACITY, derived(samples, [phase]))
    assert bound.capacity_per_s_upper == pytest.approx(1102.49, abs=0.01)
    assert bound.servable == pytest.approx(1212, abs=1)
    assert bound.in_time == 1000
    assert bound.availability == 0.5
    assert bound.unservable_share == pytest.approx(1 - 1212 / 2000, abs=0.001)


def test_a_phase_that_outdid_the_sweep_is_bounded_by_what_it_showed() -> None:
    # A sweep on a disturbed host found 500/s; the phase gave 1,500 answers in a second, of 3,000 that came.
    disturbed = MeasuredCapacity(500, 8, (8,), 5_000, 10.0, True)
    phase = open_phase("surge", 0, S)
    samples = together(
        arrivals(1_500, every_ns=S // 1_500, service_ms=0.1), arrivals(1_500, every_ns=S // 1_500, outcome="shed")
    )
    (bound,) = overload_bounds(a_record(samples, [phase], deadline_ms=100), disturbed, derived(samples, [phase]))
    assert bound.sweep_exceeded
    assert bound.capacity_per_s == 1_500
    assert 0.5 == bound.availability <= bound.availability_bound < 1


def test_phases_within_capacity_are_not_overloaded() -> None:
    phase = open_phase("steady", 0, S)
    samples = arrivals(999, every_ns=MS)
    assert overload_bounds(a_record(samples, [phase]), CAPACITY, derived(samples, [phase])) == ()


def test_without_a_capacity_there_is_no_bound() -> None:
    phase = open_phase("surge", 0, S)
    samples = arrivals(3000, every_ns=MS // 4)
    still_rising = MeasuredCapacity(1000, 8, (8,), 10_000, 10.0, saturated=False)
    for capacity in (None, still_rising):
        assert overload_bounds(a_record(samples, [phase]), capacity, derived(samples, [phase])) == ()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("deadline_ms", [20, 300])
def test_a_random_server_at_its_best_stays_below_the_bound(seed: int, deadline_ms: int) -> None:
    """Exponential services at 500/s, measured for 4 s and then offered 800/s for 3 s. The server knows how long whoever
    comes would wait, though not how long the service itself will take, and refuses those who would most likely be late.
    """
    rng = random.Random(seed)  # noqa: S311 - a load, not a secret
    measured_s = sum(rng.expovariate(500) for _ in range(2_000))
    capacity = MeasuredCapacity(500, 8, (8,), 2_000, measured_s, True)
    due, free, served = 0, 0.0, [(0, 1.0)]
    while (due := due + round(rng.expovariate(800) * S)) < 3 * S:
        if max(free, due) + S / 500 <= due + deadline_ms * MS:
            free = max(free, due) + rng.expovariate(500) * S
            served.append((due, (free - due) / MS))
        else:
            served.append((due, 10_000.0))
    phase = open_phase("surge", 0, 3 * S)
    samples = derived(answered(served), [phase])
    (bound,) = overload_bounds(a_record(samples, [phase], deadline_ms=deadline_ms), capacity, samples)
    assert 0.4 < bound.availability <= bound.availability_bound < 1
