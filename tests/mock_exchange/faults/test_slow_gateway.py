"""Requests wait before the queue while the engine is idle; their stages show it, and the engine's are as they were."""

import threading
from collections.abc import Iterator

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import fault_told, marks, unanswered
from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import Json, Reply, Served, serving

KIND = "slow_gateway"
LATE_MS = 150
NS_PER_MS = 1_000_000


@pytest.fixture(scope="module", params=["as fast as it can", "timed"])
def venue(request: pytest.FixtureRequest) -> Iterator[Served]:
    timed = {"service_time": {"distribution": "constant", "mean": "1ms"}} if request.param == "timed" else {}
    with serving(timed) as served:
        yield served


def before_the_queue_ms(venue: Served) -> float:
    last: Json = venue.admin_lines("/stages")[-1]
    return float(last["queued_ns"] - last["parsed_ns"]) / NS_PER_MS


def in_the_queue_ms(venue: Served) -> float:
    last: Json = venue.admin_lines("/stages")[-1]
    return float(last["taken_ns"] - last["queued_ns"]) / NS_PER_MS


def test_a_request_is_late_before_the_queue_and_not_in_it(venue: Served) -> None:
    with fault(venue, KIND, latency_ms=LATE_MS) as evidence:
        reply = venue.place()
    assert (reply.status, marks(reply), evidence.hits) == (200, [KIND], 1)
    assert before_the_queue_ms(venue) >= LATE_MS > in_the_queue_ms(venue)
    assert unanswered(venue, KIND) == []
    reply = venue.place()
    assert (reply.status, marks(reply)) == (200, [])
    assert before_the_queue_ms(venue) < LATE_MS


def test_the_window_of_a_request_runs_on(venue: Served) -> None:
    with fault(venue, KIND, latency_ms=LATE_MS):
        assert venue.place(recvWindow=LATE_MS // 3).error == (400, -1021)


def test_healing_lets_go_of_what_is_held(venue: Served) -> None:
    replies: list[Reply] = []
    with fault(venue, KIND, latency_ms=3_600_000) as evidence:
        placing = threading.Thread(target=lambda: replies.append(venue.place(recvWindow=60_000)))
        placing.start()
        eventually(lambda: fault_told(venue, KIND)["hits"] == 1, "the order at the gateway")
        assert venue.call("GET", "/health", port="admin").json["queued"] == 0
        assert replies == []
    placing.join(20)
    assert [(reply.status, marks(reply)) for reply in replies] == [(200, [KIND])]
    assert evidence.lifted_by is None


def test_whoever_gave_up_meanwhile_is_remembered(venue: Served) -> None:
    with fault(venue, KIND, latency_ms=3_600_000, on={"op": "ticker.read"}), connected(venue) as client:
        client.send(b"GET /api/v3/ticker/price?symbol=BTCUSDT HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: fault_told(venue, KIND)["hits"] == 1, "the request at the gateway")
    assert [each["op"] for each in unanswered(venue, KIND)] == ["ticker.read"]


def test_the_same_seed_holds_the_same_requests(venue: Served) -> None:
    first, again, other = (held(venue, seed) for seed in (1, 1, 2))
    assert first == again != other


def held(venue: Served, seed: int) -> list[bool]:
    with fault(venue, KIND, latency_ms=1, seed=seed, probability=0.5):
        return [bool(marks(venue.place())) for _ in range(24)]
