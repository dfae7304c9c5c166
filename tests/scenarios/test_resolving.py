"""Orders in doubt are resolved by asking the venue, over real sockets: at its pace, within bounds, or not at all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scenarios.client import VenueClient, venue_client
from scenarios.resolving import QUESTIONS_FAILED_MAX, InDoubt, Patience, ask_venue, orders_in_doubt
from tests.scenarios.responder import Action, Answer, Asked, Reset, Responder
from tests.slo.building import arrivals, together

UNKNOWN = Answer(status=400, body=b'{"code":-2013,"msg":"Order does not exist."}')
KNOWN = Answer(body=json.dumps({"orderId": 1, "status": "FILLED"}).encode())
THROTTLED = Answer(status=429, body=b'{"code":-1003,"msg":"Too much request weight used."}')
BOTH = [InDoubt(3, "BTCUSDT", ("bo-t-3", "bo-t-3-r1")), InDoubt(8, "ETHUSDT", ("bo-t-8", "bo-t-8-r1"))]


class Waits:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def patience(self, seconds_max: float = 100.0, per_second_max: float | None = None) -> Patience:
        return Patience(lambda: self.now_s, self.wait, seconds_max, per_second_max)


@contextmanager
def client_of(responder: Responder) -> Iterator[VenueClient]:
    client = venue_client(
        responder.url,
        ("key", "secret"),
        clock=lambda: 0,
        wall_clock_ns=lambda: 1_760_000_000_000_000_000,
        timeout_ns=30_000_000_000,
        connections_max=1,
    )
    try:
        yield client
    finally:
        client.close()


def test_each_order_is_asked_about_by_every_id_that_it_may_have() -> None:
    known = {"bo-t-3-r1", "bo-t-8", "bo-t-8-r1"}
    with Responder(lambda asked: KNOWN if asked.query["origClientOrderId"] in known else UNKNOWN) as responder:
        with client_of(responder) as client:
            answers = ask_venue(BOTH, client, Waits().patience())
        asked = [(each.method, each.path, each.query["symbol"]) for each in responder.asked]
    assert [(each.arrival, each.found) for each in answers.of_orders] == [
        (3, {"bo-t-3": False, "bo-t-3-r1": True}),
        (8, {"bo-t-8": True, "bo-t-8-r1": True}),
    ]
    assert (answers.in_doubt, answers.why) == (2, "")
    assert asked == [("GET", "/api/v3/order", symbol) for symbol in ("BTCUSDT", "BTCUSDT", "ETHUSDT", "ETHUSDT")]


@pytest.mark.parametrize("obstacle", [THROTTLED, Reset(), Answer(status=503, body=b"{}"), Answer(body=b"{")])
def test_a_question_without_an_answer_is_asked_again_after_a_longer_pause(obstacle: Action) -> None:
    def twice_in_the_way(asked: Asked) -> Action:
        return obstacle if asked.number < 2 else KNOWN

    waits = Waits()
    with Responder(twice_in_the_way) as responder, client_of(responder) as client:
        answers = ask_venue(BOTH[:1], client, waits.patience())
    assert [each.found for each in answers.of_orders] == [{"bo-t-3": True, "bo-t-3-r1": True}]
    assert waits.now_s == 0.25 + 0.5


def test_a_venue_that_is_gone_leaves_orders_in_doubt_and_is_said_to_be_gone() -> None:
    with Responder() as responder:
        pass
    with client_of(responder) as client:
        answers = ask_venue(BOTH, client, Waits().patience())
    assert (answers.of_orders, answers.in_doubt) == ((), 2)
    assert answers.why.startswith("the venue does not answer: ConnectionRefusedError")


def test_what_was_answered_before_the_venue_was_gone_counts() -> None:
    with Responder(lambda asked: KNOWN if asked.query["symbol"] == "BTCUSDT" else Reset()) as responder:
        with client_of(responder) as client:
            answers = ask_venue(BOTH, client, Waits().patience())
        assert len(responder.asked) == 2 + QUESTIONS_FAILED_MAX
    assert [each.arrival for each in answers.of_orders] == [3]


def test_questions_come_no_faster_than_the_venue_allows() -> None:
    waits = Waits()
    with Responder(lambda _: UNKNOWN) as responder, client_of(responder) as client:
        ask_venue(BOTH, client, waits.patience(per_second_max=12.5))
    assert waits.now_s == pytest.approx(4 / 12.5)


def test_questions_end_when_the_time_for_them_is_over() -> None:
    waits = Waits()
    with Responder(lambda _: UNKNOWN) as responder:
        with client_of(responder) as client:
            answers = ask_venue(BOTH, client, waits.patience(seconds_max=3.0, per_second_max=1.0))
        assert len(responder.asked) == 3
    assert [each.arrival for each in answers.of_orders] == [3]
    assert answers.why == "the 3 s for questions were over"


def test_only_orders_whose_outcome_is_unknown_are_in_doubt() -> None:
    cancels = arrivals(1, op="order.cancel", outcome="unknown", service_ms=None)
    samples = together(arrivals(2), arrivals(1, outcome="unknown", service_ms=None, start_ns=1), cancels)
    (doubt,) = orders_in_doubt(samples, "t0ken", attempts=3)
    ids = tuple(f"bo-t0ken-{doubt.arrival}{suffix}" for suffix in ("", "-r1", "-r2"))
    assert (doubt.symbol, doubt.client_order_ids) == ("BTCUSDT", ids)
