"""While the engine pauses, requests wait; once it goes on, they are served in their order, and nothing was lost."""

import threading
from collections.abc import Iterator

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import marks
from tests.mock_exchange.served import TOKEN, Reply, Served, serving


@pytest.fixture(scope="module", params=["as fast as it can", "timed"])
def venue(request: pytest.FixtureRequest) -> Iterator[Served]:
    timed = {"service_time": {"distribution": "constant", "mean": "1ms"}} if request.param == "timed" else {}
    with serving(timed) as served:
        yield served


def test_orders_wait_and_are_done_afterwards(venue: Served) -> None:
    replies: list[int] = []
    with fault(venue, "engine_pause") as evidence:
        placing = threading.Thread(target=lambda: replies.append(venue.place().status))
        placing.start()
        eventually(lambda: _queued(venue) == 1, "the order in the queue")
        assert venue.get("/api/v3/ping").status == 200  # the gateway goes on
        assert replies == []
    placing.join(20)
    assert replies == [200]
    assert evidence.hits == 1
    assert venue.place().status == 200


def test_a_pause_within_a_pause_ends_with_the_last(venue: Served) -> None:
    with fault(venue, "engine_pause"):
        body = b'{"id": "inner", "kind": "engine_pause", "lease_ms": 5000}'.decode()
        assert venue.call("POST", "/faults", body=body, port="admin", token=TOKEN).status == 201
        assert venue.call("DELETE", "/faults/inner", port="admin", token=TOKEN).status == 200
        placing = threading.Thread(target=venue.place)
        placing.start()
        eventually(lambda: _queued(venue) == 1, "the order in the queue")
    placing.join(20)
    assert _queued(venue) == 0


def _queued(venue: Served) -> int:
    return int(venue.call("GET", "/health", port="admin").json["queued"])


def test_what_comes_meanwhile_is_marked_and_nothing_else(venue: Served) -> None:
    replies: list[Reply] = []
    with fault(venue, "engine_pause") as evidence:
        placing = threading.Thread(target=lambda: replies.append(venue.place()))
        placing.start()
        eventually(lambda: _queued(venue) == 1, "the order in the queue")
    placing.join(20)
    assert marks(replies[0]) == ["engine_pause"]
    assert marks(venue.place()) == []
    assert (evidence.hits, evidence.lost_orders) == (1, None)
    with fault(venue, "engine_pause") as evidence:
        pass
    assert evidence.hits == 0, "a pause that nobody met has touched nothing"
