"""Requests and replies of the WebSocket API, over a real connection to a real process."""

import json

import pytest

from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import OTHER, OWN, Served, limit_order, now_ms, serving
from tests.mock_exchange.websocket_client import TEXT, frame_bytes, handshake
from tests.mock_exchange.ws_api.api_client import PATH, ApiClient, api, signed_parameters

ERRORS = {"id", "status", "error", "rateLimits"}


def error(reply: dict[str, object]) -> tuple[object, object]:
    """Status and code of a refusal."""
    refusal = reply["error"]
    assert isinstance(refusal, dict)
    return reply["status"], refusal["code"]


def test_a_call_answers_with_what_rest_answers(exchange: Served) -> None:
    with api(exchange) as client:
        reply = client.ask("exchangeInfo", {"symbol": "BTCUSDT"})
        rest = exchange.get("/api/v3/exchangeInfo", symbol="BTCUSDT").json
        assert reply["result"]["symbols"] == rest["symbols"]
        assert (reply["id"], reply["status"], set(reply)) == (1, 200, {"id", "status", "result", "rateLimits"})
        assert client.ask("ping")["result"] == {}


def test_an_order_is_placed_queried_and_cancelled(exchange: Served) -> None:
    with api(exchange) as client:
        placed = client.signed("order.place", **limit_order(newClientOrderId="ws-1"))
        assert (placed["status"], placed["result"]["status"]) == (200, "NEW")
        found = client.signed("order.status", symbol="BTCUSDT", origClientOrderId="ws-1")["result"]
        assert found["orderId"] == placed["result"]["orderId"]
        assert found in client.signed("openOrders.status", symbol="BTCUSDT")["result"]
        canceled = client.signed("order.cancel", symbol="BTCUSDT", orderId=found["orderId"])["result"]
        assert (canceled["status"], canceled["origClientOrderId"]) == ("CANCELED", "ws-1")
        again = client.signed("order.cancel", symbol="BTCUSDT", orderId=found["orderId"])
        assert error(again) == (400, -2011)


def test_requests_on_their_way_at_once_keep_their_ids(exchange: Served) -> None:
    with api(exchange) as client:
        for number in range(50):
            order = limit_order(newClientOrderId=f"pipelined-{number}")
            request = {"id": f"id-{number}", "method": "order.place", "params": signed_parameters(order)}
            client.socket.send_json(request)
        replies = [client.socket.read_json() for _ in range(50)]
        assert {reply["id"]: reply["result"]["clientOrderId"] for reply in replies} == {
            f"id-{number}": f"pipelined-{number}" for number in range(50)
        }
        client.signed("openOrders.cancelAll", symbol="BTCUSDT")


def test_large_and_small_replies_that_leave_together_are_all_whole(exchange: Served) -> None:
    """A regression: the header of a frame of more than 8 KiB was overwritten by the next frame's while it waited."""
    with api(exchange) as client:
        for _ in range(30):
            client.signed("order.place", **limit_order())
        requests: list[dict[str, object]] = [
            {"method": "allOrders", "params": signed_parameters({"symbol": "BTCUSDT"})},
            {"method": "openOrders.status", "params": signed_parameters({"symbol": "BTCUSDT"})},
            {"method": "ping"},
            {"method": "depth", "params": {"symbol": "BTCUSDT", "limit": 5}},
        ]
        frames = [json.dumps(request | {"id": number}).encode() for number, request in enumerate(requests * 5)]
        client.socket.send_bytes(b"".join(frame_bytes(TEXT, frame) for frame in frames))
        replies = {reply["id"]: reply for reply in (client.socket.read_json() for _ in frames)}
        assert [replies[number]["status"] for number in range(len(frames))] == [200] * len(frames)
        assert len(json.dumps(replies[0])) > 10_000
        client.signed("openOrders.cancelAll", symbol="BTCUSDT")


@pytest.mark.parametrize("request_id", ["a string", 7, -3, 12345678901234567890, None, 'with "quotes"', "ü"])
def test_an_id_comes_back_as_it_was_sent(exchange: Served, request_id: object) -> None:
    with api(exchange) as client:
        client.socket.send_json({"id": request_id, "method": "ping"})
        assert client.socket.read_json() == {"id": request_id, "status": 200, "result": {}, "rateLimits": []}


@pytest.mark.parametrize(
    ("message", "request_id", "code"),
    [
        ("{", None, -1135),
        ("[]", None, -1135),
        ("garbage", None, -1135),
        ('{"method":"ping"}', None, -1102),
        ('{"id":1.5,"method":"ping"}', None, -1102),
        ('{"id":{},"method":"ping"}', None, -1102),
        ('{"id":1}', 1, -1102),
        ('{"id":1,"method":7}', 1, -1102),
        ('{"id":1,"method":"ping","params":[1]}', 1, -1135),
        ('{"id":1,"method":"no.such"}', 1, -1020),
        ('{"id":1,"method":"ping","params":{"returnRateLimits":"x"}}', 1, -1100),
        ('{"id":1,"method":"time","params":{"symbol":"BTCUSDT"}}', 1, -1101),
        ('{"id":1,"method":"depth","params":{"symbol":{"a":1}}}', 1, -1121),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_goes_on(
    exchange: Served, message: str, request_id: object, code: int
) -> None:
    with api(exchange) as client:
        client.socket.send_frame(1, message.encode())
        reply = client.socket.read_json()
        assert (reply["id"], *error(reply)) == (request_id, 400, code)
        assert set(reply) == ERRORS
        assert client.ask("ping")["status"] == 200


def test_a_method_may_carry_its_version(exchange: Served) -> None:
    with api(exchange) as client:
        assert client.ask("v3/time")["result"]["serverTime"] <= now_ms()


def test_lists_and_numbers_may_be_json_or_text(exchange: Served) -> None:
    names = ["BTCUSDT", "ETHUSDT"]
    with api(exchange) as client:
        for symbols in (names, '["BTCUSDT","ETHUSDT"]'):
            reply = client.ask("ticker.book", {"symbols": symbols})
            assert [each["symbol"] for each in reply["result"]] == names
        for limit in (5, "5"):
            assert len(client.ask("depth", {"symbol": "BTCUSDT", "limit": limit})["result"]["bids"]) == 5


def test_null_means_not_sent(exchange: Served) -> None:
    with api(exchange) as client:
        assert client.ask("depth", {"symbol": "BTCUSDT", "limit": None})["status"] == 200
        client.socket.send_json({"id": 9, "method": "ping", "params": None})
        assert client.socket.read_json()["status"] == 200


def test_rate_limits_are_shown_unless_the_url_or_the_request_says_otherwise(exchange: Served) -> None:
    with api(exchange) as client:
        assert "rateLimits" in client.ask("ping")
        assert "rateLimits" not in client.ask("ping", {"returnRateLimits": False})
    with api(exchange, "?returnRateLimits=false") as client:
        assert "rateLimits" not in client.ask("ping")
        assert "rateLimits" in client.ask("ping", {"returnRateLimits": True})
        client.socket.send_frame(1, b"{")
        assert "rateLimits" not in client.socket.read_json()


def test_the_signature_is_over_all_parameters_by_name_and_unescaped(exchange: Served) -> None:
    with api(exchange) as client:
        signed = signed_parameters({"omitZeroBalances": "true", "returnRateLimits": "false", "recvWindow": 5000.5})
        assert client.ask("account.status", signed)["status"] == 200
        assert error(client.ask("account.status", signed | {"recvWindow": 6000})) == (400, -1022)
        assert error(client.ask("account.status", signed | {"signature": "0" * 64})) == (400, -1022)
        non_ascii = client.signed("order.status", symbol="BTCUSDT", origClientOrderId="ключ")
        assert error(non_ascii) == (400, -1100), "signed as raw UTF-8, and only then looked at"


def test_a_signed_request_needs_key_time_and_signature(exchange: Served) -> None:
    with api(exchange) as client:
        whole = signed_parameters({})
        for missing in ("apiKey", "timestamp", "signature"):
            parts = {name: value for name, value in whole.items() if name != missing}
            reply = client.ask("account.status", parts)
            assert error(reply) == (400, -1102)
            assert missing in reply["error"]["msg"]
        assert error(client.ask("account.status", whole | {"apiKey": "nobody"})) == (401, -2015)
        assert error(client.signed("account.status", timestamp=now_ms() - 10_000)) == (400, -1021)


def test_times_are_in_microseconds_where_the_url_asks_for_it(exchange: Served) -> None:
    with api(exchange, "?timeUnit=MICROSECOND") as client:
        assert client.ask("time")["result"]["serverTime"] > 10**15
        client.subscribe()
        placed = client.signed("order.place", **limit_order())["result"]
        report = client.event()["event"]
        assert (report["T"], report["O"]) == (placed["transactTime"], placed["transactTime"])
        assert placed["transactTime"] > 10**15
        client.signed("order.cancel", symbol="BTCUSDT", orderId=placed["orderId"])


def test_a_documented_method_that_is_left_out_is_refused_by_name(exchange: Served) -> None:
    with api(exchange) as client:
        refused = client.ask("sor.order.place")
        assert error(refused) == (400, -1020)
        assert "not routed" in refused["error"]["msg"]


def test_an_api_key_in_a_public_call_is_let_pass(exchange: Served) -> None:
    with api(exchange) as client:
        assert client.ask("depth", {"symbol": "BTCUSDT", "apiKey": OWN.key})["status"] == 200


def test_there_is_nothing_beside_the_path(exchange: Served) -> None:
    with connected(exchange, "ws") as client:
        client.send(handshake(f"{PATH}/more"))
        assert client.read_reply()[0] == 404


def test_a_logon_makes_signatures_unnecessary_until_the_logout(exchange: Served) -> None:
    with api(exchange) as client:
        nobody = client.ask("session.status")["result"]
        assert (nobody["apiKey"], nobody["authorizedSince"], nobody["userDataStream"]) == (None, None, False)
        logon = client.signed("session.logon")["result"]
        assert (logon["apiKey"], logon["returnRateLimits"]) == (OWN.key, True)
        assert nobody["connectedSince"] <= logon["authorizedSince"] <= now_ms()
        placed = client.ask("order.place", limit_order(timestamp=now_ms()))
        assert placed["status"] == 200
        assert error(client.ask("order.place", limit_order())) == (400, -1102), "the timestamp is still needed"
        assert client.ask("session.status")["result"]["apiKey"] == OWN.key
        other = client.signed("order.status", OTHER, symbol="BTCUSDT", orderId=placed["result"]["orderId"])
        assert error(other) == (400, -2013), "a signature of its own takes precedence"
        gone = client.ask("session.logout")["result"]
        assert (gone["apiKey"], gone["connectedSince"]) == (None, nobody["connectedSince"])
        refused = client.ask("openOrders.cancelAll", {"symbol": "BTCUSDT", "timestamp": now_ms()})
        assert error(refused) == (400, -1102)
        client.signed("openOrders.cancelAll", symbol="BTCUSDT")


def test_a_logon_with_a_wrong_signature_is_none(exchange: Served) -> None:
    with api(exchange) as client:
        assert error(client.ask("session.logon", signed_parameters({}) | {"signature": "00"})) == (400, -1022)
        assert client.ask("session.status")["result"]["apiKey"] is None


def place_many(client: ApiClient, number: int) -> list[dict[str, object]]:
    for each in range(number):
        request = {"id": each, "method": "order.place", "params": signed_parameters(limit_order())}
        client.socket.send_json(request)
    return [client.socket.read_json() for _ in range(number)]


def test_a_full_queue_refuses_here_as_in_rest() -> None:
    slow = {"service_time": {"distribution": "constant", "mean": "50ms"}, "queue": {"length": 2}}
    with serving(slow) as exchange, api(exchange) as client:
        replies = place_many(client, 10)
        shed = [reply for reply in replies if reply["status"] == 503]
        assert {reply["id"] for reply in replies} == set(range(10))
        assert shed
        assert {error(reply) for reply in shed} == {(503, -1008)}
        assert client.ask("ping")["status"] == 200


def test_limits_are_shared_with_rest_and_told_in_the_reply() -> None:
    limits = {"rate_limits": {"enabled": True, "request_weight": {"limit": 12, "window": "1m"}}}
    with serving(limits) as exchange, api(exchange) as client:
        first = client.ask("ping")["rateLimits"]
        # Two for the connection, one for the ping.
        assert [(each["rateLimitType"], each["interval"], each["count"]) for each in first] == [
            ("REQUEST_WEIGHT", "MINUTE", 3)
        ]
        order = client.signed("order.place", **limit_order())["rateLimits"]
        assert [each["rateLimitType"] for each in order] == ["REQUEST_WEIGHT", "ORDERS", "ORDERS"]
        exchange.get("/api/v3/depth", symbol="BTCUSDT")
        refused = client.ask("depth", {"symbol": "BTCUSDT"})
        assert error(refused) == (429, -1003)
        data = refused["error"]["data"]
        assert data["serverTime"] < data["retryAfter"] <= data["serverTime"] + 60_000
