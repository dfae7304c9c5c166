"""What ccxt raises is told in our dialect, so that outcomes are made in one place."""

import sys
from typing import Any

import pytest

from scenarios.client.ccxt_venue import CcxtClient, CcxtVenue, open_ccxt, require_known
from scenarios.client.classify import meaning_of_reply, outcome_of_failure
from scenarios.client.failures import CallFailed
from scenarios.errors import InvalidTarget
from scenarios.operations import Request
from slo.history import Operation, Outcome
from tests.scenarios.responder import Action, Answer, Reset, Responder, Silence

PLACE, READ = Operation.ORDER_PLACE, Operation.ACCOUNT_READ
ACCOUNT = Request("GET", "/api/v3/account", "", True, "")


@pytest.fixture
def ccxt() -> Any:
    return pytest.importorskip("ccxt", reason="ccxt is in the e2e extra: make test-slow installs it")


class Asking:
    arrival = 0
    sent_ns = -1


def client_of(url: str, timeout_ms: int = 30_000) -> CcxtClient:
    venue = open_ccxt("binance", url, ("key", "secret"), timeout_ms, 4)
    return CcxtClient(venue, lambda: 5)


def outcome(url: str, operation: Operation, timeout_ms: int = 30_000) -> tuple[Outcome, int]:
    """Of a read of the account, understood as if it had been ``operation``; and when it was sent."""
    asking, client = Asking(), client_of(url, timeout_ms)
    try:
        return meaning_of_reply(operation, client.call(ACCOUNT, asking)).outcome, asking.sent_ns
    except CallFailed as failure:
        return outcome_of_failure(operation, failure), asking.sent_ns
    finally:
        client.close()


@pytest.mark.usefixtures("ccxt")
@pytest.mark.parametrize(
    ("status", "body", "place", "read"),
    [
        (429, '{"code":-1003,"msg":"Too many requests."}', Outcome.THROTTLED, Outcome.THROTTLED),
        (418, '{"code":-1003,"msg":"Banned."}', Outcome.THROTTLED, Outcome.THROTTLED),
        (400, '{"code":-2010,"msg":"Account has insufficient balance for requested action."}', Outcome.OK, Outcome.OK),
        (400, '{"code":-2013,"msg":"Order does not exist."}', Outcome.OK, Outcome.OK),
        (401, '{"code":-2014,"msg":"API-key format invalid."}', Outcome.FAILED, Outcome.FAILED),
        (503, '{"code":-1006,"msg":"An unexpected response was received."}', Outcome.UNKNOWN, Outcome.FAILED),
        (502, "<html>Bad gateway</html>", Outcome.UNKNOWN, Outcome.FAILED),
        (200, "[[]]", Outcome.UNKNOWN, Outcome.FAILED),
    ],
)
def test_a_refusal_has_the_outcome_that_it_has_without_ccxt(
    status: int, body: str, place: Outcome, read: Outcome
) -> None:
    with Responder(lambda _: Answer(status=status, body=body.encode())) as responder:
        assert outcome(responder.url, PLACE) == (place, 5)
        assert outcome(responder.url, READ) == (read, 5)


@pytest.mark.usefixtures("ccxt")
def test_no_answer_in_time_leaves_a_write_in_doubt() -> None:
    with Responder(lambda _: Silence()) as responder:
        assert outcome(responder.url, PLACE, timeout_ms=300) == (Outcome.UNKNOWN, 5)


@pytest.mark.usefixtures("ccxt")
@pytest.mark.parametrize("action", [Reset(), Answer(body=b"{}" * 500, cut_after=200), Answer(close=True, cut_after=0)])
def test_an_answer_that_breaks_off_leaves_a_write_in_doubt(action: Action) -> None:
    with Responder(lambda _: action) as responder:
        assert outcome(responder.url, PLACE) == (Outcome.UNKNOWN, 5)


@pytest.mark.usefixtures("ccxt")
def test_a_refused_connection_is_certainly_not_done() -> None:
    with Responder() as responder:
        pass
    assert outcome(responder.url, PLACE) == (Outcome.FAILED, -1)


@pytest.mark.usefixtures("ccxt")
def test_a_reply_says_which_fault_touched_it() -> None:
    touched = Answer(status=429, headers=("X-Brownout-Fault: latency-1",))
    with Responder(lambda _: touched) as responder:
        client = client_of(responder.url)
        assert client.call(ACCOUNT, Asking()).fault == "latency-1"
        client.close()


@pytest.mark.usefixtures("ccxt")
def test_a_redirect_is_not_followed() -> None:
    with Responder() as elsewhere:
        away = Answer(status=302, headers=(f"Location: {elsewhere.url}/",))
        with Responder(lambda _: away) as responder:
            assert outcome(responder.url, READ)[0] is Outcome.FAILED
        assert elsewhere.asked == []


def test_no_address_of_the_exchange_is_left(ccxt: Any) -> None:
    def addresses(urls: Any) -> list[str]:
        return [urls] if isinstance(urls, str) else [inner for each in urls.values() for inner in addresses(each)]

    for name in ("binance", "kraken", "okx"):
        venue: CcxtVenue = open_ccxt(name, "http://127.0.0.1:1", ("key", "secret"), 1000, 1)
        assert {url.partition("//")[2].partition("/")[0] for url in addresses(venue.exchange.urls["api"])} == {
            "127.0.0.1:1"
        }
        venue.exchange.session.close()


def test_without_ccxt_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ccxt", None)
    with pytest.raises(InvalidTarget, match=r"pip install 'brownout\[ccxt\]'"):
        require_known("binance")
