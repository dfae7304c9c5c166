"""How many subscriptions one connection may have, at a time and over its life."""

import pytest

from mock_exchange.gateway.errors import VenueError
from mock_exchange.ws_api.subscriptions import Subscriptions
from tests.mock_exchange.user_data.floor import Floor


class Silence:
    """A connection whose messages are of no interest."""

    address = "127.0.0.1"

    def send(self, payload: bytes) -> None:
        """Heard by nobody."""

    def close(self, code: int, reason: str) -> None:
        """There is nothing to close."""


@pytest.fixture
def subscriptions() -> Subscriptions:
    return Subscriptions(Floor().feed, Silence(), lambda: 0, in_microseconds=False)


def test_a_thousand_at_a_time(subscriptions: Subscriptions) -> None:
    for account in range(1000):
        assert subscriptions.start(account, by_logon=False) == account
    with pytest.raises(VenueError, match="1000 active"):
        subscriptions.start(1000, by_logon=False)
    subscriptions.stop(7)
    assert subscriptions.start(1000, by_logon=False) == 1000


def test_65535_in_a_life(subscriptions: Subscriptions) -> None:
    for number in range(65_535):
        assert subscriptions.start(1, by_logon=False) == number
        subscriptions.stop(number)
    with pytest.raises(VenueError, match="65535"):
        subscriptions.start(1, by_logon=False)
    assert subscriptions.ids == []
