"""WebSockets are cut all at once, and those who come back are refused for as long as the fault says, or lives."""

import socket
from contextlib import ExitStack

import pytest

from chaos.errors import CannotApply
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.dealing import bid, snapshot
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.served import Served
from tests.mock_exchange.streams.test_local_book import LocalBook, follow
from tests.mock_exchange.websocket_client import TEXT, WebSocket, websocket

DEPTH = "/ws/ltcusdt@depth@100ms"
AN_HOUR_MS = 3_600_000


@pytest.fixture(autouse=True)
def nobody_else(venue: Served) -> None:
    """Connections of earlier tests have gone."""
    eventually(lambda: venue.metrics()["exchange_websockets"] == 0, "the end of other connections")


def is_welcome(venue: Served) -> bool:
    try:
        WebSocket.opened(venue.port("ws"), DEPTH).close()
    except (AssertionError, ConnectionError):
        return False
    return True


def refusal(venue: Served) -> int:
    """The status that a newcomer is told before it has said anything."""
    with socket.create_connection(("127.0.0.1", venue.port("ws")), timeout=20) as connection:
        return WebSocket(connection).read_head()[0]


def test_all_are_cut_and_a_client_that_comes_back_has_its_book_without_a_gap(venue: Served) -> None:
    with websocket(venue.port("ws"), DEPTH) as client, websocket(venue.port("ws"), "/ws-api/v3") as calls:
        bid(venue)
        client.read_json()
        with fault(venue, "forced_disconnect") as evidence:
            assert client.is_dropped()
            assert calls.is_dropped()
            bid(venue)
            with websocket(venue.port("ws"), DEPTH) as again:
                bid(venue)
                book = LocalBook(snapshot(venue))
                bid(venue)
                end = snapshot(venue)
                follow(again, book, end["lastUpdateId"])
                book.check(end)
        assert evidence.hits == 2


def test_new_connections_are_refused_until_healing(venue: Served) -> None:
    with websocket(venue.port("ws"), DEPTH) as client:
        with fault(venue, "forced_disconnect", refuse_ms=AN_HOUR_MS) as evidence:
            assert client.is_dropped()
            assert (refusal(venue), refusal(venue)) == (503, 503)
            assert venue.get("/api/v3/ping").status == 200
        assert is_welcome(venue)
    assert evidence.hits == 3


def test_refusal_ends_by_itself(venue: Served) -> None:
    with fault(venue, "forced_disconnect", refuse_ms=100):
        eventually(lambda: is_welcome(venue), "a connection that is welcome")


def test_one_of_two_refusals_ends_and_the_other_goes_on(venue: Served) -> None:
    with fault(venue, "forced_disconnect", refuse_ms=AN_HOUR_MS):
        body = '{"id": "inner", "kind": "forced_disconnect", "parameters": {"refuse_ms": 1000}}'
        assert venue.call("POST", "/faults", body=body, port="admin", token="test-token").status == 201
        assert venue.call("DELETE", "/faults/inner", port="admin", token="test-token").status == 200
        assert refusal(venue) == 503
    assert is_welcome(venue)


def test_they_can_be_closed_in_good_order(venue: Served) -> None:
    with websocket(venue.port("ws"), "/ws/ltcusdt@trade") as client:
        with fault(venue, "forced_disconnect", how="close"):
            notice = client.read_frame()
            assert (notice.opcode, b"serverShutdown" in notice.payload) == (TEXT, True)
            assert client.read_close() == 1001
        assert is_welcome(venue)


def cut(venue: Served, seed: int) -> list[int]:
    """Which of a row of connections are cut."""
    with ExitStack() as stack:
        clients = [stack.enter_context(websocket(venue.port("ws"), "/ws/ltcusdt@trade")) for _ in range(20)]
        with fault(venue, "forced_disconnect", seed=seed, probability=0.5) as evidence:
            gone = []
            for number, client in enumerate(clients):
                try:
                    client.call("LIST_SUBSCRIPTIONS")
                except ConnectionError:
                    gone.append(number)
    assert len(gone) == evidence.hits
    eventually(lambda: venue.metrics()["exchange_websockets"] == 0, "the end of the connections")
    return gone


def test_the_same_seed_cuts_the_same_connections_and_another_seed_others(venue: Served) -> None:
    gone = cut(venue, seed=1)
    assert 0 < len(gone) < 20
    assert cut(venue, seed=1) == gone
    assert cut(venue, seed=2) != gone


def test_it_takes_no_selector(venue: Served) -> None:
    with pytest.raises(CannotApply, match="no selectors"), fault(venue, "forced_disconnect", on={"symbol": "BTCUSDT"}):
        pass
