"""Messages of a stream that come in the wrong order."""

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.websockets import websocket
from tests.chaos.wire_faults import fault


def test_each_is_overtaken_by_the_next_of_its_stream(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        with fault(proxy, "ws_reorder", within_ms=600_000) as evidence:
            for number in range(4):
                venue.tell(number)
            assert client.numbers(4) == [1, 0, 3, 2]
        for number in range(4, 8):
            venue.tell(number)
        assert client.numbers(8)[4:] == [4, 5, 6, 7]
    assert evidence.hits


def test_one_that_nothing_follows_is_only_late(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue), fault(proxy, "ws_reorder", within_ms=20):
        venue.tell(1)
        assert client.numbers(1) == [1]


def test_another_stream_does_not_overtake(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        with fault(proxy, "ws_reorder", within_ms=600_000, on={"stream": "btcusdt@depth"}):
            venue.tell(1)
            venue.tell(2, "btcusdt@trade")
            assert client.numbers(1) == [2]
        assert client.numbers(2) == [2, 1], "healing lets go of it"
