"""A client that sends again: how often, under which id, and until when."""

import itertools
from collections.abc import Callable

import pytest

from scenarios.client import CallFailed, Reply
from scenarios.operations import OPERATIONS, Desk, Request
from scenarios.operations.ladder import Ladder
from scenarios.session import Share, TrafficSession
from scenarios.traffic.accounting import Accounting, Columns, Flight
from scenarios.traffic.mix import Ask
from scenarios.traffic.retries import NaiveRetries
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


def served(venue: Venue, attempts: int, until_ns: int = 10**9) -> Columns:
    stored: list[Columns] = []
    session = TrafficSession(
        clock=clock(),
        client=venue,  # type: ignore[arg-type]  # which is all that a session asks of a client
        desk=Desk({"BTCUSDT": Ladder.of(conventions())}, stream(1, "desk"), "tr"),
        accounting=Accounting(stored.append),
        fire=lambda **_: None,
        share=Share(1, {Operation.ORDER_PLACE: 1}, ["BTCUSDT"]),
        in_flight_max=10,
        retries=NaiveRetries(attempts),
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
