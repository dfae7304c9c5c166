"""Where one reply on a connection ends, and what may come before and after it."""

import pytest

from scenarios.client import Reply
from tests.scenarios.calling import ORDER, PING, Watched, client_of, failure_of
from tests.scenarios.responder import (
    Action,
    Answer,
    Asked,
    Responder,
    as_a_venue,
)


def test_a_reply_comes_whole_however_it_is_cut_up() -> None:
    body = b'{"a":"' + b"x" * 3000 + b'"}'
    with Responder(lambda _: Answer(200, body, chunk=701)) as responder:
        client = client_of(responder.url)
        assert client.call(PING, Watched()) == Reply(200, body, "")
        client.close()


def test_a_reply_that_says_close_ends_the_connection() -> None:
    with Responder(lambda _: Answer(headers=("Connection: close",), close=True)) as responder:
        client = client_of(responder.url)
        assert client.call(PING, Watched()).status == 200
        assert client.call(PING, Watched()).status == 200
        assert responder.connections == 2
        client.close()


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"])
def test_an_interim_reply_is_not_the_reply(interim: bytes) -> None:
    def later(asked: Asked) -> Action:
        return Answer(200, b'{"orderId":%d}' % asked.number, after_s=0.05, interim=interim * 2)

    with Responder(later) as responder:
        client = client_of(responder.url)
        assert client.call(ORDER, Watched()) == Reply(200, b'{"orderId":0}', "")
        assert client.call(ORDER, Watched()) == Reply(200, b'{"orderId":1}', "")
        assert responder.connections == 1
        client.close()


def test_an_interim_reply_alone_is_no_reply() -> None:
    failure = failure_of(lambda _: Answer(interim=b"HTTP/1.1 100 Continue\r\n\r\n", cut_after=0))
    assert failure.sent
    assert failure_of(lambda _: Answer(101, b"", headers=("Upgrade: x", "Connection: upgrade"))).sent


@pytest.mark.parametrize(
    "trailing", [b"HTTP/1.1 408 Late\r\nContent-Length: 4\r\n\r\nlate", b"HTTP/1.1 408 Late\r\n", b"H", b"junk"]
)
@pytest.mark.parametrize("headers", [(), ("Connection: close",)])
def test_bytes_after_the_reply_are_nobodys_and_end_the_connection(trailing: bytes, headers: tuple[str, ...]) -> None:
    with Responder(lambda _: Answer(200, b'{"orderId":1}', headers=headers, trailing=trailing)) as responder:
        client = client_of(responder.url)
        for number in range(1, 3):
            assert client.call(ORDER, Watched()) == Reply(200, b'{"orderId":1}', "")
            assert responder.connections == number
        client.close()


@pytest.mark.parametrize("headers", [(), ("Connection: close",)])
@pytest.mark.parametrize("body", [b'{"orderId":1}', b""])
def test_a_reply_of_no_stated_length_is_whole_when_the_venue_closes(headers: tuple[str, ...], body: bytes) -> None:
    with Responder(lambda _: Answer(200, body, headers=headers, measured=False, close=True)) as responder:
        client = client_of(responder.url)
        for number in range(1, 3):
            assert client.call(ORDER, Watched()) == Reply(200, body, "")
            assert responder.connections == number
        client.close()


def test_a_reply_of_stated_length_that_ends_early_is_none() -> None:
    chunked = ("Transfer-Encoding: chunked",)
    assert failure_of(lambda _: Answer(200, b"x" * 99, cut_after=60)).sent
    assert failure_of(lambda _: Answer(200, b"5\r\nabc", headers=chunked, measured=False, close=True)).sent


def test_the_faults_that_touched_a_reply_are_read_from_its_header() -> None:
    with Responder(lambda _: Answer(headers=("X-Brownout-Fault: latency-2,pause-1",))) as responder:
        client = client_of(responder.url)
        assert client.call(PING, Watched()).fault == "latency-2,pause-1"
        responder.script = lambda _: Answer(
            headers=("X-Brownout-Fault: of-the-venue", "X-Brownout-Fault: of-the-proxy")
        )
        assert client.call(PING, Watched()).fault == "of-the-venue, of-the-proxy"
        responder.script = as_a_venue
        assert client.call(PING, Watched()).fault == ""
        client.close()
