"""Messages that come again on a WebSocket: at once, or when others have come since."""

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.websockets import websocket
from tests.chaos.wire_faults import fault


def test_a_message_comes_again_right_behind_itself_until_it_is_healed(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        with fault(proxy, "ws_duplicate", times=2) as evidence:
            venue.tell(1)
            venue.tell(2)
            assert client.numbers(6) == [1, 1, 1, 2, 2, 2]
        venue.tell(3)
        venue.tell(4)
        assert client.numbers(8)[6:] == [3, 4]
    assert evidence.hits == 2


def test_it_can_come_again_much_later(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        with fault(proxy, "ws_duplicate", after_ms=600_000):
            venue.tell(1)
            venue.tell(2)
            assert client.numbers(2) == [1, 2]
        assert client.numbers(4) == [1, 2, 1, 2], "healing lets go of what was still to come"
