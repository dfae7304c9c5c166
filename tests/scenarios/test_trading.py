"""A session of traders: whatever the venue answers and in whichever order, a cancel is of an order that is there."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from scenarios.client.classify import Reply
from scenarios.client.connection import Sending
from scenarios.client.failures import CallFailed
from scenarios.operations import Desk, Request
from scenarios.operations.ladder import Ladder
from scenarios.plan import PlannedOpen
from scenarios.session import Share
from scenarios.traders import TRADERS
from scenarios.traders.floor import TradingFloor
from scenarios.trading import TradingSession
from scenarios.traffic.accounting import Accounting, Columns, Flight
from scenarios.traffic.streams import stream
from slo.history import Operation, Outcome
from tests.scenarios.generating import open_phase
from tests.scenarios.test_operations import conventions

SYMBOL = "BTCUSDT"
OPEN, FILLED = (Reply(200, b'{"orderId": 1, "status": "%s"}' % status, "") for status in (b"NEW", b"FILLED"))
SHED = Reply(503, b'{"code": -1008, "msg": "busy"}', "")
LOST = CallFailed("lost", sent=True)


class Venue:
    """Answers what it is told to, and knows by the venue's own rules which orders can still be cancelled."""

    def __init__(self) -> None:
        self.answer: Reply | CallFailed = OPEN
        self.acknowledged_open: set[str] = set()

    def call(self, request: Request, sending: Sending) -> Reply:
        sending.sent_ns = 1
        if isinstance(self.answer, CallFailed):
            raise self.answer
        if request.method == "POST" and self.answer is OPEN:
            self.acknowledged_open.add(request.client_order_id)
        return self.answer

    def close(self) -> None: ...


def session(venue: Venue, weights: dict[str, int], worker: int = 0, workers: int = 1) -> TradingSession:
    stored: list[Columns] = []
    ladders = {SYMBOL: Ladder.of(conventions())}
    return TradingSession(
        clock=itertools.count(100, 100).__next__,
        client=venue,
        desk=Desk(ladders, stream(1, "desk"), "tr"),
        accounting=Accounting(stored.append, worker, workers),
        fire=None,
        share=Share(1, {}, {SYMBOL: 1}, worker, workers),
        in_flight_max=1000,
        floor=TradingFloor(weights, {SYMBOL: 1}, ladders=ladders, seed=1, run_token="tr", worker=worker),
    )


STEPS = st.one_of(
    st.just(("begin", None)),
    st.just(("drop", None)),
    st.tuples(st.just("serve"), st.sampled_from([OPEN, OPEN, FILLED, SHED, LOST])),
)


@given(kind=st.sampled_from(sorted(TRADERS)), steps=st.lists(STEPS, max_size=150), choices=st.randoms())
def test_nobody_cancels_what_was_not_acknowledged_or_twice(
    kind: str, steps: list[tuple[str, Reply | CallFailed | None]], choices: random.Random
) -> None:
    venue = Venue()
    at = session(venue, {kind: 1})
    asks = at.asks_of_user(0)
    flying: list[Flight] = []
    for step, answer in steps:
        if step == "begin":
            flying.append(at.begin(next(asks), 0))
            if flying[-1].operation is Operation.ORDER_CANCEL:
                _, request = at._requests[flying[-1].arrival]
                assert request.client_order_id in venue.acknowledged_open
                venue.acknowledged_open.remove(request.client_order_id)
        elif flying:
            flight = flying.pop(choices.randrange(len(flying)))
            _, request = at._requests[flight.arrival]
            if flight.operation is Operation.ORDER_CANCEL and (step == "drop" or answer is SHED):
                venue.acknowledged_open.add(request.client_order_id)  # certainly not done: it may be cancelled again
            if step == "drop":
                at.drop(flight)
            elif answer is not None:
                venue.answer = answer
                at.serve(flight)
    assert at.accounting.balanced()
    assert at.accounting.in_flight == len(flying) == len(at._requests)


def test_a_cancel_that_was_dropped_is_asked_for_again_and_one_that_was_lost_is_not() -> None:
    venue = Venue()
    at = session(venue, {"market_maker": 1})
    asks = at.asks_of_user(0)

    def begun() -> Flight:
        return at.begin(next(asks), 0)

    for _ in range(3):  # the book, a buy, a sell
        at.serve(begun())
    dropped = begun()
    at.drop(dropped)
    assert at.accounting.outcomes[Outcome.DROPPED] == 1
    venue.answer = LOST
    cancels = [begun() for _ in range(2)]
    for flight in cancels:
        at.serve(flight)
    assert {flight.operation for flight in (dropped, *cancels)} == {Operation.ORDER_CANCEL}
    assert at.accounting.outcomes[Outcome.UNKNOWN] == 2
    assert begun().operation is Operation.BOOK_READ, "neither may be cancelled twice"


def planned() -> PlannedOpen:
    return open_phase(0, 2000, "100/s")


def test_workers_share_the_turns_and_the_due_times_as_those_of_a_mix() -> None:
    weights = {"taker": 3, "reader": 1}
    alone = list(session(Venue(), weights).arrivals(planned(), 100.0))
    shared = [list(session(Venue(), weights, worker, 2).arrivals(planned(), 100.0)) for worker in (0, 1)]
    assert len(alone) == 200
    due_ns = [due for due, _ in alone]
    assert [due for pair in zip(*shared, strict=True) for due, _ in pair] == due_ns
    takes = [ask.operation is Operation.ORDER_PLACE for _, ask in alone]
    assert [ask.operation is Operation.ORDER_PLACE for pair in zip(*shared, strict=True) for _, ask in pair] == takes
