"""Abort: the connection ends instead of an answer; the phase says what the venue has done by then."""

import socket
import threading

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import upstream
from tests.chaos.waiting import until
from tests.chaos.wire_faults import ORDER, Client, Venue, fault, lost, remembering_venue


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize(("phase", "is_done"), [("before", False), ("after", True), ("mid_body", True)])
def test_the_reply_is_lost_and_the_phase_says_what_was_done(
    proxy: RunningProxy, phase: str, how: str, is_done: bool
) -> None:
    with remembering_venue(proxy) as venue:
        with fault(proxy, "abort", phase=phase, how=how) as evidence:
            assert lost(Client(venue), "gone")
            assert (len(venue.asked) == 1) is is_done
        client = Client(venue)
        assert client.place("there")[0] == 200
        client.close()
    assert evidence.hits == 1


def test_a_reset_is_one(proxy: RunningProxy) -> None:
    with (
        remembering_venue(proxy) as venue,
        fault(proxy, "abort", phase="after", how="reset"),
        Client(venue) as client,
        pytest.raises(ConnectionResetError),
    ):
        client.place("gone")


def test_the_proxy_tells_whose_reply_was_lost(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue, fault(proxy, "abort", phase="after"):
        for number in range(3):
            assert lost(Client(venue), f"order-{number}")
        told = proxy.call("GET", "/faults/f/hits")[1]
    assert told["hits"] == 3
    assert [each["client_order_id"] for each in told["unanswered"]] == ["order-0", "order-1", "order-2"]
    assert {each["symbol"] for each in told["unanswered"]} == {"BTCUSDT"}


def test_whose_reply_was_lost_is_told_where_the_body_comes_after_the_head(proxy: RunningProxy) -> None:
    form = (ORDER + "order-0").encode()
    head = b"POST /api/v3/order HTTP/1.1\r\nHost: venue\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with remembering_venue(proxy) as venue, fault(proxy, "abort", phase="after"):
        host, _, port = venue.address.partition(":")
        with socket.create_connection((host, int(port)), 10) as connection:
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(form))
            for _ in range(2):  # an answer after that one comes from a turn of the proxy's loop that has read the head
                proxy.call("GET", "/version")
            connection.sendall(form)
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        told = proxy.call("GET", "/faults/f/hits")[1]
    assert [each["client_order_id"] for each in told["unanswered"]] == ["order-0"]


def test_half_a_body_comes_through(proxy: RunningProxy) -> None:
    def long_answer(connection: "object") -> None:
        connection.recv(65_536)  # type: ignore[attr-defined]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000)  # type: ignore[attr-defined]

    with upstream(long_answer) as running:
        venue = Venue(proxy)
        venue.address = proxy.lead_to(running.address)
        with fault(proxy, "abort", phase="mid_body", how="close"):
            client = Client(venue)
            with pytest.raises(Exception, match=r"IncompleteRead\(500 bytes read, 500 more expected\)"):
                client.get()
            client.close()


def test_a_client_that_is_still_to_be_answered_has_lost_nothing(proxy: RunningProxy) -> None:
    answer = threading.Event()

    def slow(connection: socket.socket) -> None:
        connection.recv(65_536)
        answer.wait(20)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with upstream(slow) as running:
        venue = Venue(proxy)
        venue.address = proxy.lead_to(running.address)
        with Client(venue) as client, fault(proxy, "latency", latency_ms=0) as evidence:
            asking = threading.Thread(target=client.place, args=["slow"])
            asking.start()
            until(lambda: proxy.faults()["f"]["hits"] == 1, "the request")
        answer.set()
        asking.join()
    assert evidence.hits == 1
    assert evidence.lost_orders is None
