"""Messages that come late on a WebSocket, in their order, while pings are answered."""

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.websockets import websocket
from tests.chaos.wire_faults import fault

FOR_EVER_MS = 600_000


def test_a_message_is_held_and_let_go_on_healing_in_its_order(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        with fault(proxy, "ws_delay", latency_ms=FOR_EVER_MS, on={"stream": "btcusdt@depth"}) as evidence:
            for number in (1, 2):
                venue.tell(number)
            venue.tell(3, "btcusdt@trade")
            assert client.numbers(1) == [3], "another stream does not wait"
        assert client.numbers(3) == [3, 1, 2]
        venue.tell(4)
        assert client.numbers(4)[3] == 4
    assert evidence.hits == 2


def test_a_short_delay_ends_by_itself(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue), fault(proxy, "ws_delay", latency_ms=20, jitter_ms=10) as evidence:
        for number in range(20):
            venue.tell(number)
        assert client.numbers(20) == list(range(20))
    assert evidence.hits == 20


def test_a_ping_overtakes_what_is_held(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue), fault(proxy, "ws_delay", latency_ms=FOR_EVER_MS):
        venue.tell(1)
        venue.ping()
        client.hear_ping()
        venue.hear_pong()
        assert client.said == []
