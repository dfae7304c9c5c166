"""A stream that stands still on a connection that looks healthy."""

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.websockets import websocket
from tests.chaos.wire_faults import fault


@pytest.mark.parametrize(("on_healing", "after"), [("discard", [9, 3]), ("release", [9, 1, 2, 3])])
def test_pings_are_answered_while_the_stream_is_silent(proxy: RunningProxy, on_healing: str, after: list[int]) -> None:
    with websocket(proxy) as (client, venue):
        with fault(proxy, "ws_freeze", on_healing=on_healing, on={"stream": "@depth"}) as evidence:
            venue.tell(1)
            venue.tell(2)
            venue.ping()
            venue.tell(9, "btcusdt@trade")
            assert client.numbers(1) == [9]
            venue.hear_pong()
        venue.tell(3)
        assert client.numbers(len(after)) == after
    assert evidence.hits == 2


def test_a_whole_connection_can_be_silent(proxy: RunningProxy) -> None:
    with websocket(proxy, "/ws/btcusdt@depth") as (client, venue):
        with fault(proxy, "ws_freeze", on={"stream": "btcusdt@depth"}) as evidence:
            venue.say('{"e": "depthUpdate", "s": "BTCUSDT", "u": 1}')  # a raw stream: only the address names it
            venue.ping()
            client.hear_ping()
            venue.hear_pong()
            assert client.said == []
        venue.say("after")
        assert client.hear(1) == ["after"]
    assert evidence.hits == 1


def test_it_comes_into_force_in_the_middle_of_a_message(proxy: RunningProxy) -> None:
    """The one under way ends as it began; the next is withheld."""
    with websocket(proxy) as (client, venue):
        frame = venue.frame("x" * 100_000)
        venue.connection.sendall(frame[:50_000])
        client.hear_bytes(50_000)
        with fault(proxy, "ws_freeze") as evidence:
            venue.connection.sendall(frame[50_000:] + venue.frame("withheld"))
            venue.ping()
            client.hear_ping()
            venue.hear_pong()
        venue.say("after")
        assert client.hear(2) == ["x" * 100_000, "after"]
    assert evidence.hits == 1
