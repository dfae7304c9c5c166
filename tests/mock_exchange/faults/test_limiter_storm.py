"""Limits shrink to a fraction: honest callers are told to slow down, then banned, and are free when it is over."""

from collections.abc import Iterator

import pytest

from chaos.errors import CannotApply
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.limited import NARROW, WIDE, ping, published, until
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import marks
from tests.mock_exchange.served import Served, serving
from tests.mock_exchange.websocket_client import WebSocket
from tests.mock_exchange.ws_api.api_client import api

KIND = "limiter_storm"
LEFT = 50
"""Half a percent of 10,000."""


@pytest.fixture(scope="module", params=[WIDE, NARROW], ids=["limits on", "limits off"])
def venue(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving({"rate_limits": request.param}) as served:
        yield served


def test_first_429_then_418_and_afterwards_neither(venue: Served) -> None:
    before = published(venue)
    with fault(venue, KIND, percent=0.5, ban_after=3, ban_s=100) as evidence:
        assert published(venue) == LEFT
        refused, passed = until(lambda: ping(venue), 429, 2 * LEFT)
        assert (refused.json["code"], marks(refused), passed) == (-1003, [KIND], LEFT - 20)  # exchangeInfo weighs 20
        assert f"current limit is {LEFT} request weight" in refused.json["msg"]
        assert int(refused.headers["Retry-After"]) >= 1
        banned, more = until(lambda: ping(venue), 418, 10)
        assert (marks(banned), more) == ([KIND], 2)
        assert 98 <= int(banned.headers["Retry-After"]) <= 100
    assert evidence.hits == 4
    assert published(venue) == before
    healed = ping(venue)
    assert (healed.status, marks(healed)) == (200, [])
    assert ("X-MBX-USED-WEIGHT" in healed.headers) is (before is not None)


def test_orders_are_limited_by_account(venue: Served) -> None:
    with fault(venue, KIND, percent=0.05):  # 5 orders of weight nothing
        refused, passed = until(venue.place, 429, 20)
        assert (refused.json["code"], passed, marks(refused)) == (-1015, 5, [KIND])
        assert refused.headers["X-MBX-USED-WEIGHT"] == "1"
    assert venue.place().status == 200


def test_one_address_is_not_counted_for_another(venue: Served) -> None:
    with fault(venue, KIND, percent=0.5):
        until(lambda: ping(venue, "203.0.113.1"), 429, 2 * LEFT)
        assert ping(venue, "203.0.113.2").status == 200


def test_the_websocket_api_counts_to_the_same_limits_and_a_ban_ends_it(venue: Served) -> None:
    with api(venue) as client:
        with fault(venue, KIND, percent=0.5, ban_after=1):
            refused, _ = until(lambda: ping(venue), 429, 2 * LEFT)
            told = client.ask("ping")
            assert (told["status"], told["error"]["code"]) == (418, -1003)
            eventually(lambda: _is_over(client.socket), "the end of the connection of a banned address")
        assert refused.json["code"] == -1003
    with api(venue) as client:
        assert client.ask("ping")["status"] == 200


def _is_over(socket: WebSocket) -> bool:
    try:
        socket.read_json()
    except (AssertionError, ConnectionError, EOFError, ValueError):
        return True
    return False


def test_it_cannot_choose_among_operations(venue: Served) -> None:
    with (
        pytest.raises(CannotApply, match="cannot choose by op"),
        fault(venue, KIND, percent=1, on={"op": "order.place"}),
    ):
        pass
