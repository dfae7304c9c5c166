"""Callers are refused who are within the limits, as every reply tells them; afterwards the counts are right."""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.faults.limited import NARROW, WIDE, ping, published, until
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import marks
from tests.mock_exchange.served import Served, serving

KIND = "miscounting_limiter"
FACTOR = 500


@pytest.fixture(params=[WIDE, NARROW], ids=["limits on", "limits off"])
def venue(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving({"rate_limits": request.param}) as served:
        yield served


def test_twenty_pings_are_taken_for_ten_thousand(venue: Served) -> None:
    with fault(venue, KIND, factor=FACTOR) as evidence:
        refused, passed = until(lambda: ping(venue), 429, 50)
        assert (passed, marks(refused)) == (20, [KIND])
        assert int(refused.headers["X-MBX-USED-WEIGHT"]) == 21  # of 10,000, as it says itself:
        assert "current limit is 10000 request weight" in refused.json["msg"]
        info = venue.get("/api/v3/exchangeInfo")
        assert (info.status, marks(info)) == (429, [KIND])
    assert evidence.hits == 2
    assert ping(venue).status == 200


def test_what_is_published_stays_as_it_ought_to_be(venue: Served) -> None:
    with fault(venue, KIND, factor=2):
        assert published(venue) == 10_000
        assert ping(venue).headers["X-MBX-USED-WEIGHT"] == "21"


def test_the_counts_are_right_when_it_is_over(venue: Served) -> None:
    before = published(venue)
    with fault(venue, KIND, factor=FACTOR):
        until(lambda: ping(venue), 429, 50)
    expected = str(20 + 21 + 1) if before else None
    assert ping(venue).headers.get("X-MBX-USED-WEIGHT") == expected


@pytest.mark.parametrize("counts_free", [True, False])
def test_orders_that_weigh_nothing_may_be_counted(venue: Served, counts_free: bool) -> None:
    with fault(venue, KIND, factor=4_000, counts_free=counts_free) as evidence:
        statuses = [venue.place().status for _ in range(5)]
    assert statuses == ([200, 200, 429, 429, 429] if counts_free else [200] * 5)
    assert evidence.hits == statuses.count(429)
