"""The legacy way to user data: switched off unless asked for, and then as it was."""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.served import OTHER, OWN, Account, Json, Reply, Served, limit_order, serving
from tests.mock_exchange.websocket_client import WebSocket, websocket

PATH = "/api/v3/userDataStream"
SWITCHED_ON = {"user_data": {"listen_keys": True}}


@pytest.fixture(scope="module")
def legacy() -> Iterator[Served]:
    with serving(SWITCHED_ON) as exchange:
        yield exchange


def call(exchange: Served, method: str, query: str = "", account: Account = OWN) -> Reply:
    return exchange.call(method, f"{PATH}?{query}" if query else PATH, key=account.key)


def listen_key(exchange: Served, account: Account = OWN) -> str:
    reply = call(exchange, "POST", account=account)
    assert reply.status == 200, reply.body
    return str(reply.json["listenKey"])


def place_and_cancel(exchange: Served, account: Account = OWN) -> int:
    """An order that comes and goes; its id."""
    order_id = exchange.signed_call("POST", "/api/v3/order", account, **limit_order()).json["orderId"]
    exchange.signed_call("DELETE", "/api/v3/order", account, symbol="BTCUSDT", orderId=order_id)
    return int(order_id)


def is_of(order_id: int, events: list[Json]) -> bool:
    reports = [event for event in events if event["e"] == "executionReport"]
    return [(event["i"], event["X"]) for event in reports] == [(order_id, "NEW"), (order_id, "CANCELED")]


def test_without_the_switch_the_calls_say_that_they_are_gone(exchange: Served) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert call(exchange, method, "listenKey=x" if method != "POST" else "").error == (410, -1016)


def test_events_come_raw_to_who_knows_the_key(legacy: Served) -> None:
    key = listen_key(legacy)
    assert len(key) == 64
    with websocket(legacy.port("ws"), f"/ws/{key}") as client:
        order_id = place_and_cancel(legacy)
        place_and_cancel(legacy, OTHER)
        assert is_of(order_id, [client.read_json() for _ in range(4)])


def test_events_come_wrapped_where_streams_are_combined(legacy: Served) -> None:
    key = listen_key(legacy)
    with websocket(legacy.port("ws"), f"/stream?streams={key}") as client:
        order_id = place_and_cancel(legacy)
        messages = [client.read_json() for _ in range(4)]
        assert {message["stream"] for message in messages} == {key}
        assert is_of(order_id, [message["data"] for message in messages])


def test_a_key_can_be_subscribed_to_and_unsubscribed_from_as_any_stream(legacy: Served) -> None:
    key = listen_key(legacy)
    with websocket(legacy.port("ws"), "/ws") as client:
        assert client.call("SUBSCRIBE", key) == {"result": None, "id": 1}
        order_id = place_and_cancel(legacy)
        assert is_of(order_id, [client.read_json() for _ in range(4)])
        assert client.call("UNSUBSCRIBE", key) == {"result": None, "id": 1}
        place_and_cancel(legacy)
        assert client.call("LIST_SUBSCRIPTIONS") == {"result": [], "id": 1}


def test_an_account_has_one_key_and_keeps_it_alive(legacy: Served) -> None:
    key = listen_key(legacy)
    assert listen_key(legacy) == key
    assert listen_key(legacy, OTHER) != key
    assert call(legacy, "PUT", f"listenKey={key}").json == {}
    assert call(legacy, "PUT", f"listenKey={key}", OTHER).error == (400, -1125)
    assert call(legacy, "PUT").error == (400, -1102)
    assert legacy.call("POST", PATH).error == (401, -2014)


def test_a_key_that_is_revoked_ends_its_streams_without_a_word(legacy: Served) -> None:
    key = listen_key(legacy)
    with websocket(legacy.port("ws"), f"/ws/{key}") as client:
        assert call(legacy, "DELETE", f"listenKey={key}").json == {}
        place_and_cancel(legacy)
        client.send_json({"method": "LIST_SUBSCRIPTIONS", "id": 1})
        assert "id" in client.read_json()
    assert call(legacy, "DELETE", f"listenKey={key}").error == (400, -1125)
    assert listen_key(legacy) != key


def test_a_key_that_nobody_keeps_alive_expires_and_says_so() -> None:
    settings = {"user_data": {"listen_keys": True, "listen_key_lifetime": "200ms"}}
    with serving(settings) as exchange:
        key = listen_key(exchange)
        with websocket(exchange.port("ws"), f"/ws/{key}") as client:
            event = client.read_json()
            assert (event["e"], event["listenKey"]) == ("listenKeyExpired", key)
        assert call(exchange, "PUT", f"listenKey={key}").error == (400, -1125)


def test_the_websocket_api_hands_out_the_same_keys(legacy: Served) -> None:
    with websocket(legacy.port("ws"), "/ws-api/v3") as client:
        start = ask(client, "userDataStream.start", apiKey=OWN.key)
        assert start["result"] == {"listenKey": listen_key(legacy)}
        parameters = {"apiKey": OWN.key, **start["result"]}
        assert ask(client, "userDataStream.ping", **parameters)["result"] == {}
        assert ask(client, "userDataStream.stop", **parameters)["result"] == {}
        assert ask(client, "userDataStream.ping", **parameters)["error"]["code"] == -1125
        assert ask(client, "userDataStream.start")["error"]["code"] == -1102


def ask(client: WebSocket, method: str, **parameters: object) -> Json:
    client.send_json({"id": 1, "method": method, "params": parameters})
    return client.read_json()
