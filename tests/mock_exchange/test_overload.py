"""A full queue sheds at once, in order of arrival, and what waited too long is refused rather than executed."""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.raw_socket import PING, connected
from tests.mock_exchange.served import Served, limit_order, serving, signed

SLOW = {"service_time": {"distribution": "constant", "mean": "150ms"}, "queue": {"length": 3}}


@pytest.fixture(scope="module")
def slow() -> Iterator[Served]:
    with serving(SLOW) as served:
        yield served


def post(body: str, key: str = "test-key") -> bytes:
    head = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def order(**changes: object) -> bytes:
    return post(signed(limit_order(**changes)))


def test_what_does_not_fit_is_shed_with_the_venue_s_words(slow: Served) -> None:
    shed_before = slow.metrics()["exchange_shed_total"]
    with connected(slow) as client:
        client.send(b"".join(order(newClientOrderId=f"fits-{number}") for number in range(5)))
        replies = [client.read_reply() for _ in range(5)]
    assert [status for status, _ in replies] == [200, 200, 200, 503, 503]
    assert b'"code":-1008' in replies[-1][1]
    assert b"Server is currently overloaded with other requests." in replies[-1][1]
    placed = {each["clientOrderId"] for each in slow.admin_lines("/truth")}
    assert {f"fits-{number}" for number in range(5)} & placed == {"fits-0", "fits-1", "fits-2"}
    assert slow.metrics()["exchange_shed_total"] == shed_before + 2


def test_shedding_comes_before_looking_at_key_signature_and_parameters(slow: Served) -> None:
    with connected(slow) as client:
        client.send(b"".join(order() for _ in range(3)) + post("nonsense", key="unknown"))
        assert [client.read_reply()[0] for _ in range(4)] == [200, 200, 200, 503]
        client.send(post("nonsense", key="unknown"))
        assert client.read_reply()[0] == 401


def test_what_needs_no_engine_is_answered_while_the_queue_is_full(slow: Served) -> None:
    with connected(slow) as client, connected(slow) as other:
        client.send(b"".join(order() for _ in range(3)))
        while slow.metrics()["exchange_queue_length"] < 3:
            pass
        other.send(PING)
        assert other.read_reply() == (200, b"{}")
        assert slow.metrics()["exchange_queue_length"] > 0
        assert slow.metrics()["exchange_queue_age_seconds"] > 0
        assert [client.read_reply()[0] for _ in range(3)] == [200] * 3


def test_a_request_whose_window_ends_while_it_waits_is_refused_and_not_executed(slow: Served) -> None:
    with connected(slow) as client:
        client.send(
            order(newClientOrderId="in-time", recvWindow=60_000)
            + order(newClientOrderId="too-late", recvWindow=100)
            + order(newClientOrderId="after", recvWindow=60_000)
        )
        replies = [client.read_reply() for _ in range(3)]
    assert [status for status, _ in replies] == [200, 400, 200]
    assert b'"code":-1021' in replies[1][1]
    placed = {each["clientOrderId"] for each in slow.admin_lines("/truth")}
    assert {"in-time", "after"} <= placed
    assert "too-late" not in placed


def test_the_stages_of_a_request_are_in_order_and_add_up(slow: Served) -> None:
    with connected(slow) as client:
        client.send(order() + order())
        for _ in range(2):
            client.read_reply()
    first, second = slow.admin_lines("/stages")[-2:]
    names = ("accepted_ns", "parsed_ns", "queued_ns", "taken_ns", "matched_ns", "written_ns")
    for record in (first, second):
        times = [record[name] for name in names]
        assert times == sorted(times)
        assert record["matched_ns"] - record["taken_ns"] >= 150_000_000
    # One server: the second one's service begins when the first one's has ended, on paper.
    assert second["taken_ns"] - first["taken_ns"] == 150_000_000
