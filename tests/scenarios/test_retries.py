"""A client that sends again: how often, under which id, and until when."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.client import CallFailed, Reply
from scenarios.operations import OPERATIONS, Desk, Request
from scenarios.operations.ladder import Ladder
from scenarios.session import Share, TrafficSession
from scenarios.traffic.accounting import Accounting, Columns, Flight
from scenarios.traffic.mix import Ask
from scenarios.traffic.retries import BudgetedRetries, ExponentialRetries, NaiveRetries, Retries, RetryBudget
from scenarios.traffic.streams import stream
from slo.history import Operation, Outcome
from tests.scenarios.test_operations import conventions

NEW = Reply(200, b'{"orderId": 7, "status": "NEW"}', "")
LOST = CallFailed("the connection was closed", sent=True)


class Venue:
    """Answers what a test has written down, in order, and keeps what it was asked."""

    def __init__(self, *answers: Reply | CallFailed) -> None:
        self._answers = iter(answers)
        self.asked: list[Request] = []

    def call(self, request: Request, flight: Flight) -> Reply:
        self.asked.append(request)
        flight.sent_ns = len(self.asked)
        answer = next(self._answers)
        if isinstance(answer, CallFailed):
            raise answer
        return answer

    def close(self) -> None: ...


def served(
    venue: Venue,
    attempts: int,
    until_ns: int = 10**9,
    retries: Retries | None = None,
    wait: Callable[[float], object] = lambda _: None,
) -> Columns:
    stored: list[Columns] = []
    session = TrafficSession(
        clock=clock(),
        client=venue,  # type: ignore[arg-type]  # which is all that a session asks of a client
        desk=Desk({"BTCUSDT": Ladder.of(conventions())}, stream(1, "desk"), "tr"),
        accounting=Accounting(stored.append),
        fire=lambda **_: None,
        share=Share(1, {Operation.ORDER_PLACE: 1}, ["BTCUSDT"]),
        in_flight_max=10,
        retries=retries or NaiveRetries(attempts),
        wait=wait,
        retries_until_ns=until_ns,
    )
    session.serve(session.begin(Ask(Operation.ORDER_PLACE, "BTCUSDT"), 0))
    session.accounting.flush()
    return stored[0]


def clock() -> Callable[[], int]:
    return itertools.count(100, 100).__next__


def outcome(columns: Columns) -> Outcome:
    return tuple(Outcome)[columns.outcome[0]]


def test_an_order_whose_reply_got_lost_is_placed_again_under_another_id() -> None:
    venue = Venue(LOST, LOST, NEW)
    columns = served(venue, attempts=3)
    assert [request.client_order_id for request in venue.asked] == ["bo-tr-0", "bo-tr-0-r1", "bo-tr-0-r2"]
    for request in venue.asked:
        assert f"newClientOrderId={request.client_order_id}" in request.query.split("&")
    alike = {request.query.partition("&newClientOrderId")[0] for request in venue.asked}
    assert len(alike) == 1  # the same order
    assert outcome(columns) is Outcome.OK
    assert list(columns.sent_ns) == [1]  # it was sent when it was sent first


def test_it_is_not_sent_more_often_than_that() -> None:
    venue = Venue(LOST, LOST, NEW)
    assert outcome(served(venue, attempts=2)) is Outcome.UNKNOWN
    assert len(venue.asked) == 2


@pytest.mark.parametrize("attempts", [1, 3])
def test_what_was_answered_well_is_sent_once(attempts: int) -> None:
    venue = Venue(NEW)
    assert outcome(served(venue, attempts)) is Outcome.OK
    assert len(venue.asked) == 1


def test_a_run_that_is_over_sends_nothing_again() -> None:
    venue = Venue(LOST, NEW)
    assert outcome(served(venue, attempts=3, until_ns=50)) is Outcome.UNKNOWN


def test_every_fault_that_touched_an_attempt_is_kept() -> None:
    shed = Reply(503, b'{"code": -1008, "msg": "busy"}', "one, two")
    columns = served(Venue(shed, NEW._replace(fault="two, three")), attempts=3)
    assert columns.fault == ["one, two, three"]


def test_a_query_keeps_the_id_it_asks_about() -> None:
    desk = Desk({"BTCUSDT": Ladder.of(conventions())}, stream(1, "desk"), "tr")
    request = OPERATIONS[Operation.ORDER_QUERY].request(desk, "BTCUSDT", 5)
    assert request.again(1) == request


def test_a_wait_is_over_before_the_next_attempt_and_none_begins_after_the_traffic() -> None:
    waited: list[float] = []
    patient = ExponentialRetries(attempts=3, base_ns=1_000, cap_ns=10**9, uniform=lambda: 0.5)
    served(Venue(LOST, LOST, NEW), 3, retries=patient, wait=waited.append)
    assert waited == [500e-9, 1000e-9]
    venue = Venue(LOST, NEW)
    assert outcome(served(venue, 3, until_ns=100 + 500, retries=patient, wait=waited.append)) is Outcome.UNKNOWN
    assert (len(venue.asked), len(waited)) == (1, 2)


@given(
    attempts=st.integers(2, 10),
    base_ns=st.integers(1, 10**9),
    cap_ns=st.integers(1, 10**10),
    shares=st.lists(st.floats(0, 1, exclude_max=True), min_size=10, max_size=10),
)
def test_waits_double_up_to_the_cap_and_each_is_a_share_of_its_bound(
    attempts: int, base_ns: int, cap_ns: int, shares: list[float]
) -> None:
    retries = ExponentialRetries(attempts, base_ns, cap_ns, iter(shares).__next__)
    for attempt, share in zip(range(1, attempts), shares, strict=False):
        bound = min(cap_ns, base_ns * 2 ** (attempt - 1))
        assert retries.wait_ns(Outcome.SHED, attempt) == int(share * bound)
    assert retries.wait_ns(Outcome.SHED, attempts) is None
    assert retries.wait_ns(Outcome.OK, 1) is None


@given(
    share=st.sampled_from([0.05, 0.1, 0.5, 1.0]),
    most=st.sampled_from([1.0, 3.0, 10.0]),
    steps=st.lists(st.integers(0, 50), max_size=60),
)
def test_no_more_is_sent_again_than_the_budget_and_what_it_began_with(
    share: float, most: float, steps: list[int]
) -> None:
    sent = 0
    retries = BudgetedRetries(NaiveRetries(10), RetryBudget(share, most, lambda: sent))
    again = 0
    for more in steps:
        sent += more
        again += retries.wait_ns(Outcome.FAILED, 1) is not None
        assert again <= most + sent * share + 1e-9
    if most >= len(steps):
        assert again == len(steps)  # nobody is refused while there is budget


def test_a_budget_is_spent_on_retries_only_and_fills_with_first_requests() -> None:
    sent = 0
    retries = BudgetedRetries(NaiveRetries(3), RetryBudget(0.1, 1.0, lambda: sent))
    assert retries.wait_ns(Outcome.OK, 1) is None
    assert retries.wait_ns(Outcome.FAILED, 3) is None  # not an attempt that would have been made
    assert retries.wait_ns(Outcome.FAILED, 1) == 0
    assert retries.wait_ns(Outcome.FAILED, 1) is None
    sent = 11
    assert retries.wait_ns(Outcome.FAILED, 1) == 0
