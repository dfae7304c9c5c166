"""A full queue sheds at once, and what waited too long is refused rather than executed.

Where the queue has to be full, a service takes an hour: no pause of the host, however long, can end one.
"""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.raw_socket import PING, RawSocket, connected
from tests.mock_exchange.served import Served, limit_order, serving, signed

QUEUE_LENGTH = 3
STUCK = {
    "service_time": {"distribution": "constant", "mean": "1h"},
    "queue": {"length": QUEUE_LENGTH},
    "limits": {"drain_deadline": "1ms"},
}
SERVICE_NS = 150_000_000
SLOW = {"service_time": {"distribution": "constant", "mean": "150ms"}, "queue": {"length": QUEUE_LENGTH}}


@pytest.fixture(scope="module")
def full() -> Iterator[Served]:
    """An exchange whose queue is full and stays so."""
    with serving(STUCK) as served, connected(served) as client:
        client.send(b"".join(order(newClientOrderId=f"fits-{number}") for number in range(QUEUE_LENGTH)))
        eventually(lambda: served.metrics()["exchange_queue_length"] == QUEUE_LENGTH, "a full queue")
        yield served


@pytest.fixture
def slow() -> Iterator[Served]:
    with serving(SLOW) as served:
        yield served


def post(body: str, key: str = "test-key") -> bytes:
    head = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def order(**changes: object) -> bytes:
    return post(signed(limit_order(**changes)))


def replies(client: RawSocket, count: int) -> list[tuple[int, bytes]]:
    return [client.read_reply() for _ in range(count)]


def placed(served: Served) -> set[str]:
    return {each["clientOrderId"] for each in served.admin_lines("/truth")}


def test_what_does_not_fit_is_shed_with_the_venue_s_words(full: Served) -> None:
    shed_before = full.metrics()["exchange_shed_total"]
    with connected(full) as client:
        client.send(order(newClientOrderId="shed-0") + order(newClientOrderId="shed-1"))
        shed = replies(client, 2)
    assert [status for status, _ in shed] == [503, 503]
    assert b'"code":-1008' in shed[-1][1]
    assert b"Server is currently overloaded with other requests." in shed[-1][1]
    assert placed(full).isdisjoint({"shed-0", "shed-1"})
    assert full.metrics()["exchange_shed_total"] == shed_before + 2


def test_what_fits_is_executed(slow: Served) -> None:
    names = [f"fits-{number}" for number in range(QUEUE_LENGTH)]
    with connected(slow) as client:
        client.send(b"".join(order(newClientOrderId=name) for name in names))
        assert [status for status, _ in replies(client, QUEUE_LENGTH)] == [200] * QUEUE_LENGTH
    assert placed(slow) >= set(names)


def test_shedding_comes_before_looking_at_key_signature_and_parameters(full: Served, exchange: Served) -> None:
    for served, status in ((full, 503), (exchange, 401)):
        with connected(served) as client:
            client.send(post("nonsense", key="unknown"))
            assert client.read_reply()[0] == status


def test_what_needs_no_engine_is_answered_while_the_queue_is_full(full: Served) -> None:
    with connected(full) as client:
        client.send(PING)
        assert client.read_reply() == (200, b"{}")
    metrics = full.metrics()
    assert metrics["exchange_queue_length"] == QUEUE_LENGTH
    assert metrics["exchange_queue_age_seconds"] > 0


def test_a_request_whose_window_ends_while_it_waits_is_refused_and_not_executed(slow: Served) -> None:
    with connected(slow) as client:
        # Its window of 100 ms began when it was signed, and it waits for one service of 150 ms at the least.
        client.send(
            order(newClientOrderId="in-time", recvWindow=60_000)
            + order(newClientOrderId="too-late", recvWindow=100)
            + order(newClientOrderId="after", recvWindow=60_000)
        )
        answers = replies(client, 3)
    assert [status for status, _ in answers] == [200, 400, 200]
    assert b'"code":-1021' in answers[1][1]
    assert placed(slow) & {"in-time", "too-late", "after"} == {"in-time", "after"}


def test_the_stages_of_a_request_are_in_order_and_add_up(slow: Served) -> None:
    with connected(slow) as client:
        client.send(order() + order())
        replies(client, 2)
    first, second = slow.admin_lines("/stages")[-2:]
    names = ("accepted_ns", "parsed_ns", "queued_ns", "taken_ns", "matched_ns", "synced_ns", "written_ns")
    for record in (first, second):
        times = [record[name] for name in names]
        assert times == sorted(times)
        assert record["matched_ns"] - record["taken_ns"] >= SERVICE_NS
    # One server: the second one's service begins when the first one's has ended, or later where the host stood still.
    assert first["taken_ns"] == first["queued_ns"]
    assert second["taken_ns"] >= first["taken_ns"] + SERVICE_NS
