"""Under any policy and any traffic, everyone who was admitted leaves in exactly one way, and every count adds up."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.admission import FOREVER_NS, AdmissionQueue
from mock_exchange.admission.bounded_age import BoundedAge
from mock_exchange.admission.bounded_length import BoundedLength
from mock_exchange.admission.cancels_first import URGENT, CancelsFirst
from mock_exchange.admission.unbounded import Unbounded
from mock_exchange.service_time import Constant, Exponential, ServiceTime
from tests.mock_exchange.admission.floor import SERVICE_NS, Answered, Floor, opened

POLICIES: list[Callable[[], AdmissionQueue]] = [
    Unbounded,
    lambda: BoundedLength(4),
    lambda: BoundedAge(3 * SERVICE_NS, 10, SERVICE_NS),
    lambda: BoundedAge(3 * SERVICE_NS, 10, None),
    lambda: CancelsFirst(4, 7, 2),
]
DISPATCHERS: list[ServiceTime | None] = [None, Constant(SERVICE_NS), Exponential(SERVICE_NS)]
ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 2 * SERVICE_NS),
        st.sampled_from(["order.place", "order.cancel", "order.amend", "book.read"]),
        st.sampled_from([FOREVER_NS, SERVICE_NS, 3 * SERVICE_NS]),
    ),
    max_size=40,
)
"""Nanoseconds since the one before, what is asked, and its window."""


def adds_up(floor: Floor) -> bool:
    return len(floor.admitted) == floor.desk.left + len(floor.queue) and floor.stages.count == floor.desk.left


@pytest.mark.parametrize("new_queue", POLICIES)
@pytest.mark.parametrize("service", DISPATCHERS)
@given(arrivals=ARRIVALS)
def test_admitted_is_served_and_expired_and_shed_and_still_waiting(
    new_queue: Callable[[], AdmissionQueue], service: ServiceTime | None, arrivals: list[tuple[int, str, int]]
) -> None:
    with opened(new_queue(), service=service) as floor:
        for after_ns, operation, window_ns in arrivals:
            floor.arrive(operation, after_ns=after_ns, window_ns=window_ns)
            assert adds_up(floor)
        floor.drain()
        desk = floor.desk
        assert len(arrivals) == len(floor.refused) + len(floor.admitted)
        assert len(floor.admitted) == len(desk.served) + len(desk.expired) + len(desk.shed_late)
        left = Counter(id(ticket) for ticket in (*desk.served, *desk.expired, *desk.shed_late))
        assert left == Counter(id(ticket) for ticket in floor.admitted)
        answers = [ticket.turn.answers for ticket in floor.admitted if isinstance(ticket.turn, Answered)]
        assert answers == [1] * len(floor.admitted)


@pytest.mark.parametrize("new_queue", POLICIES)
@pytest.mark.parametrize("service", DISPATCHERS[1:])
@given(arrivals=ARRIVALS)
def test_whoever_is_served_is_in_time_and_the_server_idles_only_when_nobody_waits(
    new_queue: Callable[[], AdmissionQueue], service: ServiceTime, arrivals: list[tuple[int, str, int]]
) -> None:
    with opened(new_queue(), service=service) as floor:
        for after_ns, operation, window_ns in arrivals:
            floor.arrive(operation, after_ns=after_ns, window_ns=window_ns)
        floor.drain()
        free_at_ns = 0
        for ticket in floor.desk.served:
            assert ticket.taken_ns <= ticket.expires_ns
            assert ticket.taken_ns - ticket.queued_ns <= floor.queue.patience_ns
            assert ticket.taken_ns == max(free_at_ns, ticket.queued_ns), "Lindley's recursion, in the order of service"
            free_at_ns = ticket.matched_ns
        for line in ([each for each in floor.desk.served if (each.operation in URGENT) is urgent] for urgent in (0, 1)):
            assert [each.queued_ns for each in line] == sorted(each.queued_ns for each in line)
