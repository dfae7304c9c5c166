"""Reads that are asked twice: over real sockets, with a venue that is slow to one of them."""

import pytest

from scenarios.client import CallFailed
from scenarios.client.hedging import HedgingClient
from tests.scenarios.calling import LONG_NS, ORDER, PING, SHORT_NS, Watched, client_of
from tests.scenarios.responder import Action, Answer, Asked, Reset, Responder, Script, Silence

SOON_NS = 20_000_000


def in_turn(*actions: Action) -> Script:
    return lambda asked: actions[min(asked.number, len(actions) - 1)]


def asked_of(responder: Responder) -> list[Asked]:
    return list(responder.asked)


def test_a_read_that_is_not_answered_is_asked_again_and_the_first_answer_counts() -> None:
    with Responder(in_turn(Silence(), Answer(body=b"second"))) as responder:
        client = HedgingClient(client_of(responder.url), SOON_NS)
        sending = Watched()
        assert client.call(PING, sending).body == b"second"
        assert sending.sent_ns >= 0
        assert len(asked_of(responder)) == 2
        client.close()


def test_a_read_that_is_answered_in_time_is_asked_once() -> None:
    with Responder(in_turn(Answer(body=b"first"))) as responder:
        client = HedgingClient(client_of(responder.url), LONG_NS)
        assert [client.call(PING, Watched()).body for _ in range(3)] == [b"first"] * 3
        assert len(asked_of(responder)) == 3
        client.close()


def test_an_order_is_never_asked_twice() -> None:
    with Responder(in_turn(Silence(), Answer())) as responder:
        client = HedgingClient(client_of(responder.url, SHORT_NS), SOON_NS)
        with pytest.raises(CallFailed):
            client.call(ORDER, Watched())
        assert len(asked_of(responder)) == 1
        client.close()


def test_a_refusal_does_not_win_over_a_good_answer() -> None:
    with Responder(in_turn(Answer(body=b"good", after_s=0.3), Answer(status=503))) as responder:
        client = HedgingClient(client_of(responder.url), SOON_NS)
        assert client.call(PING, Watched()).body == b"good"
        assert len(asked_of(responder)) == 2
        client.close()


def test_where_both_fail_the_first_failure_is_told() -> None:
    with Responder(in_turn(Silence(), Reset())) as responder:
        client = HedgingClient(client_of(responder.url, SHORT_NS), SOON_NS)
        sending = Watched()
        with pytest.raises(CallFailed) as caught:
            client.call(PING, sending)
        assert caught.value.sent
        client.close()


def test_the_one_that_lost_is_cut_off_and_its_connection_not_used_again() -> None:
    slow_then_quick = in_turn(Answer(body=b"late", after_s=0.2), Answer(body=b"soon"), Answer(body=b"next"))
    with Responder(slow_then_quick) as responder:
        client = HedgingClient(client_of(responder.url), SOON_NS)
        assert client.call(PING, Watched()).body == b"soon"
        assert client.call(PING, Watched()).body == b"next"
        client.close()
