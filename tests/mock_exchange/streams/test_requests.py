"""Subscribing and what goes with it, as the venue's documentation has it."""

import pytest

from tests.mock_exchange.served import Json, Served
from tests.mock_exchange.streams.trading import take
from tests.mock_exchange.websocket_client import TEXT, websocket

VARIANTS = "`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`"


def test_subscriptions_are_taken_listed_and_given_up(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws") as client:
        assert client.call("SUBSCRIBE", "btcusdt@trade", "ethusdt@trade", request_id=1) == {"result": None, "id": 1}
        assert client.call("LIST_SUBSCRIPTIONS") == {"result": ["btcusdt@trade", "ethusdt@trade"], "id": 1}
        assert client.call("SUBSCRIBE", "btcusdt@trade", request_id=2) == {"result": None, "id": 2}
        assert client.call("UNSUBSCRIBE", "btcusdt@trade", "ltcusdt@trade", request_id=3) == {"result": None, "id": 3}
        assert client.call("LIST_SUBSCRIPTIONS") == {"result": ["ethusdt@trade"], "id": 1}


@pytest.mark.parametrize("request_id", [0, -5, 2**63 - 1, "abc-1_Z", "x" * 36, None])
def test_ids_come_back_as_they_were(exchange: Served, request_id: object) -> None:
    with websocket(exchange.port("ws"), "/ws") as client:
        assert client.call("LIST_SUBSCRIPTIONS", request_id=request_id) == {"result": [], "id": request_id}


@pytest.mark.parametrize("request_id", [1.5, 2**63, "x" * 37, "no spaces", "", [1], {}, True])
def test_other_ids_are_refused(exchange: Served, request_id: object) -> None:
    with websocket(exchange.port("ws"), "/ws") as client:
        reply = client.call("LIST_SUBSCRIPTIONS", request_id=request_id)
        assert reply["error"] == {"code": 2, "msg": "Invalid request: request ID must be an unsigned integer"}


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        ('{"method": "SUBSCRIBE", "params": ["nonsense"], "id": 1}', 2, "Invalid request: invalid stream"),
        ('{"method": "SUBSCRIBE", "params": ["btcusdt@depth7"], "id": 1}', 2, "Invalid request: invalid stream"),
        ('{"method": "SUBSCRIBE", "params": [5], "id": 1}', 2, "Invalid request: params must be an array of"),
        ('{"method": "SUBSCRIBE", "params": {"a": 1}, "id": 1}', 2, "Invalid request: invalid type: expected a"),
        ('{"method": "SUBSCRIBE", "id": 1}', 2, "Invalid request: params must be an array of"),
        ('{"method": "WISH", "id": 1}', 2, f"Invalid request: unknown variant `WISH`, expected one of {VARIANTS}"),
        ('{"method": 5, "id": 1}', 2, "Invalid request: unknown variant `5`, expected one of"),
        ('{"params": [], "id": 1}', 2, "Invalid request: missing field `method` at line 1 column 23"),
        ('{"method": "LIST_SUBSCRIPTIONS"}', 2, "Invalid request: request ID must be"),
        ('{"method": "LIST_SUBSCRIPTIONS", "params": [1], "id": 1}', 2, "Invalid request: too many parameters"),
        ('{"method": "GET_PROPERTY", "params": [], "id": 1}', 2, "Invalid request: property name must be a string"),
        ('{"method": "GET_PROPERTY", "params": [1], "id": 1}', 2, "Invalid request: property name must be a string"),
        ('{"method": "GET_PROPERTY", "params": ["color"], "id": 1}', 0, "Unknown property"),
        ('{"method": "GET_PROPERTY", "params": ["combined", 1], "id": 1}', 2, "Invalid request: too many parameters"),
        (
            '{"method": "SET_PROPERTY", "params": ["combined", "x"], "id": 1}',
            1,
            "Invalid value type: expected Boolean",
        ),
        ('{"method": "SET_PROPERTY", "params": ["combined"], "id": 1}', 1, "Invalid value type: expected Boolean"),
        ("[]", 2, "Invalid request: expected an object"),
        ('{"method": SUBSCRIBE}', 3, "Invalid JSON: expected value at line 1 column 12"),
        ("", 3, "Invalid JSON: expected value at line 1 column 1"),
        ("[" * 5000, 3, "Invalid JSON: expected value at line 1 column 1"),
    ],
)
def test_bad_requests_are_answered_as_the_venue_answers_them(
    exchange: Served, message: str, code: int, text: str
) -> None:
    with websocket(exchange.port("ws"), "/ws") as client:
        client.send_frame(TEXT, message.encode())
        error: Json = client.read_json()["error"]
        assert error["code"] == code
        assert error["msg"].startswith(text)
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == []


def test_a_subscription_with_one_bad_name_takes_none_of_its_names(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws") as client:
        assert client.call("SUBSCRIBE", "btcusdt@trade", "nonsense")["error"]["code"] == 2
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == []


def test_names_in_the_address_are_subscribed_and_others_there_are_only_names(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws/btcusdt@trade") as client:
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == ["btcusdt@trade"]
    with websocket(exchange.port("ws"), "/ws/17") as client:
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == []
    with websocket(exchange.port("ws"), "/stream/ws/17") as client:
        assert client.call("GET_PROPERTY", "combined")["result"] is False
    with websocket(exchange.port("ws"), "/stream?streams=btcusdt@trade/ethusdt@aggTrade") as client:
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == ["btcusdt@trade", "ethusdt@aggTrade"]


@pytest.mark.parametrize("plus", ["+", "%2B"])
def test_a_time_zone_in_a_query_is_understood_encoded_or_not(exchange: Served, plus: str) -> None:
    with websocket(exchange.port("ws"), f"/stream?streams=btcusdt@kline_1d@{plus}08:00") as client:
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == ["btcusdt@kline_1d@+08:00"]


def test_combined_payloads_carry_their_stream_and_raw_ones_do_not(exchange: Served) -> None:
    with (
        websocket(exchange.port("ws"), "/ws/btcusdt@trade") as raw,
        websocket(exchange.port("ws"), "/stream?streams=btcusdt@trade") as combined,
        websocket(exchange.port("ws"), "/ws/btcusdt@trade") as changed,
    ):
        assert combined.call("GET_PROPERTY", "combined", request_id=9) == {"result": True, "id": 9}
        assert changed.call("SET_PROPERTY", "combined", True) == {"result": None, "id": 1}
        assert changed.call("GET_PROPERTY", "combined")["result"] is True
        take(exchange)
        trade = raw.read_json()
        assert trade["e"] == "trade"
        assert combined.read_json() == changed.read_json() == {"stream": "btcusdt@trade", "data": trade}
        assert changed.call("SET_PROPERTY", "combined", False)["result"] is None
        take(exchange)
        assert changed.read_json()["e"] == "trade"


def test_after_unsubscribing_nothing_more_comes(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws/btcusdt@trade") as client:
        assert client.call("UNSUBSCRIBE", "btcusdt@trade")["result"] is None
        take(exchange)
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == []


def test_a_symbol_in_upper_case_or_unlisted_is_silent_as_on_the_venue(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws") as client:
        assert client.call("SUBSCRIBE", "BTCUSDT@trade", "nosuch@trade")["result"] is None
        take(exchange)
        assert client.call("LIST_SUBSCRIPTIONS")["result"] == ["BTCUSDT@trade", "nosuch@trade"]


def test_one_stream_too_many_ends_the_connection(exchange: Served) -> None:
    names = [f"symbol{number}@trade" for number in range(1024)]
    with websocket(exchange.port("ws"), "/ws") as client:
        assert client.call("SUBSCRIBE", *names)["result"] is None
        assert len(client.call("LIST_SUBSCRIPTIONS")["result"]) == 1024
        client.send_json({"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 2})
        assert client.read_close() == 1008


@pytest.mark.parametrize(
    "target", ["/", "/stream/other", "/wsx", "/ws?timeUnit=FORTNIGHT", "/stream/ws/1?timeUnit=NANOSECOND"]
)
def test_other_addresses_are_not_there(exchange: Served, target: str) -> None:
    with pytest.raises(AssertionError, match="404"), websocket(exchange.port("ws"), target):
        pass
