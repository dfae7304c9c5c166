"""Messages that never come, on a WebSocket that otherwise goes on."""

import math

import pytest

from chaos.errors import InvalidFault
from chaos.parse import parse_fault
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.websockets import touched, websocket
from tests.chaos.wire_faults import fault

MESSAGES = 2_000


def test_what_is_dropped_never_comes_and_what_comes_after_healing_does(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        venue.tell(1)
        assert client.numbers(1) == [1]
        with fault(proxy, "ws_drop") as evidence:
            venue.tell(2)
            venue.ping()  # once it has come through, what was said before it has been treated
            client.hear_ping()
        venue.tell(3)
        assert client.numbers(2) == [1, 3]
    assert evidence.hits == 1


def test_only_the_selected_stream_is_dropped(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue), fault(proxy, "ws_drop", on={"stream": "@depth"}) as evidence:
        for number, stream in enumerate(["btcusdt@depth", "btcusdt@trade", "ethusdt@depth", "ethusdt@trade"]):
            venue.tell(number, stream)
        assert client.numbers(2) == [1, 3]
    assert evidence.hits == 2


def test_what_the_client_says_can_be_dropped_too(proxy: RunningProxy) -> None:
    with websocket(proxy) as (client, venue):
        with fault(proxy, "ws_drop", direction="upstream", on={"event": "SUBSCRIBE"}) as evidence:
            client.say('{"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 1}')
            client.say('{"method": "LIST_SUBSCRIPTIONS", "id": 2}')
            assert "LIST_SUBSCRIPTIONS" in venue.hear(1)[0]
        client.say("after")
        assert venue.hear(2)[1] == "after"
    assert evidence.hits == 1


def test_the_share_is_the_one_that_was_asked_for_and_the_seed_says_which(proxy: RunningProxy) -> None:
    on = {"stream": "btcusdt@depth"}
    first, again, other = (touched(proxy, "ws_drop", seed, MESSAGES, probability=0.2, on=on) for seed in (1, 1, 2))
    assert first == again != other
    deviation = math.sqrt(MESSAGES * 0.2 * 0.8)
    assert abs(len(first) - MESSAGES * 0.2) < 5 * deviation


def test_requests_and_messages_are_selected_by_what_they_have() -> None:
    with pytest.raises(InvalidFault, match="acts on messages on a WebSocket, which are selected by stream"):
        parse_fault("ws_drop", {}, {"op": "order.place"})
    with pytest.raises(InvalidFault, match="acts on requests, which are selected by op"):
        parse_fault("status", {"status": 500}, {"stream": "@depth"})
