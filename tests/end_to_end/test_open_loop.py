"""What a stall cost is measured as arithmetic has it; what a closed loop says of the same stall is another thing."""

import pytest

from benchmarks.open_and_closed import (
    BLACK_HOLE,
    WRK2,
    Case,
    availability,
    closed_loop,
    open_loop,
    percentiles,
)
from benchmarks.servers.stalling import OneServer

BY_HAND_S = {0.95: 0.65, 0.97: 0.95, 0.99: 1.25, 0.999: 1.385, 1.0: 1.4}
"""1.4 s of 30 s at 2,000/s, served at 4,000/s: 1 % of the arrivals is 0.3 s of them, and those after the first 0.3 s
wait half a second less for each second that they come later: 1.4 - 0.3 / 2."""


def felt_s(case: Case) -> list[float]:
    """Response times of all arrivals, one by one."""
    venue = OneServer(1 / case.service_per_s, case.stall_after_s, case.stall_s)
    due_s = (number / case.rate_per_s for number in range(round(case.rate_per_s * case.length_s)))
    return sorted(venue.done_at(due) - due for due in due_s)


def test_the_arithmetic_is_that_of_a_queue_served_one_by_one() -> None:
    one_by_one = felt_s(WRK2)
    for share, by_hand_s in BY_HAND_S.items():
        assert WRK2.exact_response_s(share) == pytest.approx(by_hand_s)
        assert one_by_one[round(share * len(one_by_one)) - 1] == pytest.approx(by_hand_s, abs=0.002)
    lost = sum(waited > BLACK_HOLE.timeout_s for waited in felt_s(BLACK_HOLE))
    assert BLACK_HOLE.exact_availability == pytest.approx(1 - lost / 60_000, abs=1e-4) == pytest.approx(0.908333)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_response_times_are_those_of_a_stall_and_service_times_are_what_a_closed_loop_tells() -> None:
    samples = open_loop(WRK2)
    assert samples.height == 60_000
    response, service = percentiles(samples, "response_ms"), percentiles(samples, "service_ms")
    assert {share: response[share] for share in BY_HAND_S} == pytest.approx(BY_HAND_S, rel=0.02)
    # A hundred connections wait through the stall; 60,000 orders make that less than one of a hundred.
    assert service[0.99] < response[0.99] / 10


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_outage_costs_what_it_costs_and_not_what_waiting_users_make_of_it() -> None:
    exact = BLACK_HOLE.exact_availability
    assert availability(open_loop(BLACK_HOLE)) == pytest.approx(exact, abs=0.002)
    told = closed_loop(BLACK_HOLE)
    assert 1 - told["failures"] / told["requests"] > exact + 0.05
