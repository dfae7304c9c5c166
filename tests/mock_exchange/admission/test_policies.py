"""Who is served, in which order, and who is refused: each policy under a burst, to the nanosecond."""

from collections.abc import Sequence

from mock_exchange.admission.bounded_age import BoundedAge
from mock_exchange.admission.bounded_length import BoundedLength
from mock_exchange.admission.cancels_first import URGENT, CancelsFirst
from mock_exchange.admission.unbounded import Unbounded
from mock_exchange.gateway.routes import ROUTES
from mock_exchange.service_time import Recorded
from mock_exchange.stages import Ticket
from tests.mock_exchange.admission.floor import SERVICE_NS, Floor, opened

PLACE, CANCEL, AMEND = "order.place", "order.cancel", "order.amend"


def burst(floor: Floor, *operations: str) -> list[Ticket]:
    """All at the same time."""
    return [floor.arrive(operation) for operation in operations]


def positions(among: Sequence[Ticket], tickets: Sequence[Ticket]) -> list[int]:
    """Which of ``among`` these are."""
    return [next(place for place, each in enumerate(among) if each is ticket) for ticket in tickets]


def test_without_a_bound_everyone_is_served_however_late() -> None:
    with opened(Unbounded()) as floor:
        tickets = burst(floor, *[PLACE] * 5000)
        floor.drain()
        assert floor.refused == []
        assert floor.desk.served == tickets
        assert tickets[-1].taken_ns == 4999 * SERVICE_NS


def test_a_length_counts_the_one_in_service() -> None:
    with opened(BoundedLength(3)) as floor:
        tickets = burst(floor, *[PLACE] * 5)
        assert positions(tickets, floor.refused) == [3, 4]
        floor.wait(SERVICE_NS)
        assert floor.arrive() in floor.admitted
        floor.drain()
        assert len(floor.desk.served) == 4


def test_what_waited_longer_than_its_budget_is_shed_and_the_engine_never_sees_it() -> None:
    # The service time is not known to the policy, so it lets all of them wait.
    with opened(BoundedAge(2 * SERVICE_NS, length=100, service_ns=None)) as floor:
        tickets = burst(floor, *[PLACE] * 6)
        floor.drain()
        assert positions(tickets, floor.desk.served) == [0, 1, 2], "they waited 0, 1 and 2 services"
        assert positions(tickets, floor.desk.shed_late) == [3, 4, 5]
        assert floor.now_ns == 3 * SERVICE_NS, "nothing was worked for them"


def test_who_would_wait_longer_than_the_budget_is_refused_on_arrival_where_the_service_time_is_known() -> None:
    with opened(BoundedAge(2 * SERVICE_NS, length=100, service_ns=SERVICE_NS)) as floor:
        tickets = burst(floor, *[PLACE] * 6)
        # One is in service and two wait: the next would wait for three services, which its budget has not; but the one
        # in service might be nearly done, and so it is let in.
        assert positions(tickets, floor.refused) == [4, 5]
        floor.drain()
        assert positions(tickets, floor.desk.shed_late) == [3]
        assert positions(tickets, floor.desk.served) == [0, 1, 2]


def test_a_budget_does_not_lift_the_bound_on_the_length() -> None:
    with opened(BoundedAge(10**9, length=2, service_ns=None)) as floor:
        burst(floor, *[PLACE] * 3)
        assert len(floor.refused) == 1


def test_a_window_that_ends_before_the_budget_ends_the_wait_as_well() -> None:
    with opened(BoundedAge(10 * SERVICE_NS, length=100, service_ns=None)) as floor:
        floor.arrive()
        late = floor.arrive(window_ns=SERVICE_NS // 2)
        floor.drain()
        assert floor.desk.expired == [late]
        assert floor.desk.shed_late == []


def test_cancels_and_amendments_go_before_new_orders_in_the_order_of_their_coming() -> None:
    with opened(CancelsFirst(100, 200, in_a_row_max=8)) as floor:
        tickets = burst(floor, PLACE, PLACE, CANCEL, "book.read", AMEND, CANCEL)
        floor.drain()
        assert positions(tickets, floor.desk.served) == [0, 2, 4, 5, 1, 3], "the first was in service when they came"


def test_cancels_pass_where_new_orders_are_shed_until_the_hard_limit() -> None:
    with opened(CancelsFirst(3, 5, in_a_row_max=8)) as floor:
        tickets = burst(floor, PLACE, PLACE, PLACE, PLACE, CANCEL, PLACE, CANCEL, CANCEL)
        assert positions(tickets, floor.refused) == [3, 5, 7]
        floor.drain()
        assert positions(tickets, floor.desk.served) == [0, 4, 6, 1, 2]


def test_the_urgent_are_the_calls_that_can_only_reduce() -> None:
    assert {line for line, route in ROUTES.items() if route.operation in URGENT} == {
        b"DELETE /api/v3/order",
        b"DELETE /api/v3/openOrders",
        b"DELETE /api/v3/orderList",
        b"PUT /api/v3/order/amend/keepPriority",
    }


def test_a_flood_of_cancels_slows_new_orders_down_and_does_not_starve_them() -> None:
    with opened(CancelsFirst(100, 200, in_a_row_max=2)) as floor:
        tickets = burst(floor, PLACE, PLACE, PLACE, *[CANCEL] * 6)
        floor.drain()
        assert positions(tickets, floor.desk.served) == [0, 3, 4, 1, 5, 6, 2, 7, 8]


def test_a_cancel_that_came_too_late_for_a_free_server_does_not_make_it_idle() -> None:
    # The timer is late: when it fires, a cancel has come that had not when the service was complete on paper.
    with opened(CancelsFirst(100, 200, in_a_row_max=8)) as floor:
        first, second = burst(floor, PLACE, PLACE)
        floor.now_ns = SERVICE_NS + 10
        cancel = Ticket(CANCEL, first.turn, bytes, 0, 0, floor.now_ns, 2**63 - 1)
        assert floor.dispatcher.submit(cancel)
        floor.drain()
        assert floor.desk.served == [first, second, cancel]
        assert [each.taken_ns for each in floor.desk.served] == [0, SERVICE_NS, 2 * SERVICE_NS]


def test_the_oldest_unserved_is_the_one_in_service_or_who_came_first() -> None:
    queue = CancelsFirst(100, 200, in_a_row_max=8)
    with opened(queue) as floor:
        assert queue.head() is None
        first = floor.arrive()
        assert queue.head() is first
        second = floor.arrive(after_ns=1)
        floor.arrive(CANCEL, after_ns=1)
        assert queue.head() is first
        queue.in_service = None
        assert queue.head() is second


def test_who_is_late_when_the_server_is_idle_is_answered_at_once() -> None:
    with opened(Unbounded(), service=Recorded([SERVICE_NS])) as floor:
        late = floor.arrive(window_ns=-1)
        assert floor.desk.expired == [late]
        assert floor.stages.count == 1
