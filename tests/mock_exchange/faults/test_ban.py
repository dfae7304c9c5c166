"""Who has done nothing is banned, by address or with everyone, until it is healed or the ban is over."""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.limited import NARROW, WIDE, ping
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import accepted, marks
from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import Served, serving
from tests.mock_exchange.websocket_client import handshake
from tests.mock_exchange.ws_api.api_client import api

KIND = "ban"
INNOCENT, SUSPECT = "203.0.113.1", "203.0.113.2"


@pytest.fixture(scope="module", params=[WIDE, NARROW], ids=["limits on", "limits off"])
def venue(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving({"rate_limits": request.param}) as served:
        yield served


def test_everyone_is_banned_and_told_for_how_long(venue: Served) -> None:
    with fault(venue, KIND, ban_s=100) as evidence:
        order = venue.place(newClientOrderId="banned")
        assert (order.error, marks(order)) == ((418, -1003), [KIND])
        assert 98 <= int(order.headers["Retry-After"]) <= 100
        assert not accepted(venue, "banned")
    assert evidence.hits == 1
    healed = venue.place()
    assert (healed.status, marks(healed)) == (200, [])


def test_one_address_is_banned_and_the_others_are_not(venue: Served) -> None:
    with fault(venue, KIND, address=SUSPECT) as evidence:
        assert ping(venue, SUSPECT).status == 418
        assert ping(venue, INNOCENT).status == 200
        assert ping(venue).status == 200
    assert evidence.hits == 1


def test_a_ban_that_is_over_bans_nobody(venue: Served) -> None:
    with fault(venue, KIND, ban_s=1):
        eventually(lambda: ping(venue).status == 200, "the end of the ban")


def test_websockets_are_refused_and_open_again_afterwards(venue: Served) -> None:
    with fault(venue, KIND) as evidence, connected(venue, "ws") as client:
        client.send(handshake("/ws-api/v3"))
        assert client.read_reply()[0] == 418
    assert evidence.hits == 1
    with api(venue) as client:
        assert client.ask("ping")["status"] == 200
