"""What a release broke fails, by what is asked for or above a rate; all else works, and everything does afterwards."""

import time
from collections.abc import Callable
from itertools import count

import pytest

from mock_exchange.faults.kinds.broken_release import Rate
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import accepted, marks
from tests.mock_exchange.served import Reply, Served

KIND = "broken_release"
_numbers = count()


def market(venue: Served, **parameters: object) -> Reply:
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
    return venue.signed_call("POST", "/api/v3/order", **(order | parameters))


@pytest.mark.parametrize("done", [True, False])
def test_orders_of_one_type_fail(exchange: Served, done: bool) -> None:
    order = f"broken-{next(_numbers)}"
    with fault(exchange, KIND, named="type", value="MARKET", done=done, code=-1001, status=500) as evidence:
        failed, working = market(exchange, newClientOrderId=order), exchange.place()
    assert (failed.error, marks(failed)) == ((500, -1001), [KIND])
    assert accepted(exchange, order) is done
    assert (working.status, marks(working), evidence.hits) == (200, [], 1)
    assert market(exchange).status == 200


def test_a_status_that_nobody_has_registered_can_be_sent(exchange: Served) -> None:
    with fault(exchange, KIND, status=520, message="Web server returned an unknown error."):
        assert exchange.place().status == 520
    assert exchange.place().status == 200


def test_few_requests_still_work_as_in_staging(exchange: Served) -> None:
    with fault(exchange, KIND, above_per_s=3) as evidence:
        statuses = burst(lambda: exchange.place().status, at_least=8)
    assert 0 < statuses.count(500) == evidence.hits
    assert statuses[:3] == [200, 200, 200]


def burst(call: Callable[[], int], at_least: int) -> list[int]:
    """As many calls as fit into half a second, but so many for sure: more than three of them are within one second."""
    until, statuses = time.monotonic() + 0.5, list[int]()
    while len(statuses) < at_least or time.monotonic() < until:
        statuses.append(call())
    return statuses


def test_a_rate_is_counted_second_by_second() -> None:
    now_ns = 0
    rate = Rate(lambda: now_ns)
    assert [rate.count() for _ in range(3)] == [1, 2, 3]
    now_ns = 1_000_000_000
    assert [rate.count() for _ in range(2)] == [1, 2]
