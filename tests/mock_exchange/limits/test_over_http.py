"""Limits as a client meets them: headers, 429, 418, and their ends.

Counting is tested in windows of a day, which no test outlasts; ends are waited for in windows of a second.
"""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import OTHER, OWN, Reply, Served, limit_order, now_ms, serving

DAY = "24h"
PATIENT = {
    "enabled": True,
    "request_weight": {"limit": 1_000_000, "window": DAY},
    "orders": [{"limit": 1000, "window": "1h"}, {"limit": 1000, "window": DAY}],
}


@pytest.fixture(scope="module")
def counting() -> Iterator[Served]:
    """Limits are on and far away."""
    with serving({"rate_limits": PATIENT}) as served:
        yield served


def used(reply: Reply) -> int:
    assert reply.headers["X-MBX-USED-WEIGHT"] == reply.headers["X-MBX-USED-WEIGHT-1D"]
    return int(reply.headers["X-MBX-USED-WEIGHT"])


def ping(served: Served, address: str | None = None) -> Reply:
    return served.call("GET", "/api/v3/ping", headers={"X-Forwarded-For": address} if address else {})


def test_each_reply_says_what_was_used(counting: Served) -> None:
    before = used(ping(counting))
    assert used(ping(counting)) == before + 1
    assert used(counting.get("/api/v3/depth", symbol="BTCUSDT")) == before + 6
    assert used(counting.get("/api/v3/depth", symbol="NOPE")) == before + 11, "what fails weighs as much"
    assert used(counting.get("/nowhere")) == before + 12


def test_what_places_or_cancels_weighs_nothing_unless_it_fails(counting: Served) -> None:
    before = used(ping(counting))
    placed = counting.place()
    assert (placed.status, used(placed)) == (200, before)
    names = {"symbol": "BTCUSDT", "orderId": placed.json["orderId"]}
    canceled = counting.signed_call("DELETE", "/api/v3/order", **names)
    assert (canceled.status, used(canceled)) == (200, before)
    again = counting.signed_call("DELETE", "/api/v3/order", **names)
    assert (again.status, used(again)) == (400, before + 1)
    assert used(counting.place(price="x")) == before + 2


def test_a_placed_order_says_how_many_there_were(counting: Served) -> None:
    def count(reply: Reply) -> int:
        assert reply.status == 200
        assert reply.headers["X-MBX-ORDER-COUNT-1H"] == reply.headers["X-MBX-ORDER-COUNT-1D"]
        return int(reply.headers["X-MBX-ORDER-COUNT-1H"])

    before = count(counting.place())
    assert count(counting.place()) == before + 1
    rejected = counting.place(price="x")
    assert "X-MBX-ORDER-COUNT-1D" not in rejected.headers
    taker = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
    assert count(counting.signed_call("POST", "/api/v3/order", **taker)) == before + 1, "its fill gave it back"
    assert count(counting.signed_call("POST", "/api/v3/order", OTHER, **limit_order())) == 1
    told = counting.signed_call("GET", "/api/v3/rateLimit/order").json
    assert told == [
        {"rateLimitType": "ORDERS", "interval": "HOUR", "intervalNum": 1, "limit": 1000, "count": before + 1},
        {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 1000, "count": before + 1},
    ]


def test_a_replacement_that_fails_counts_as_an_order_and_one_that_is_wrong_does_not(counting: Served) -> None:
    def count() -> int:
        told: int = counting.signed_call("GET", "/api/v3/rateLimit/order").json[0]["count"]
        return told

    before = count()
    wanted = limit_order(cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=10**15)
    failed = counting.signed_call("POST", "/api/v3/order/cancelReplace", **wanted)
    assert failed.error == (400, -2022)
    assert count() == before + 1
    wrong = counting.signed_call("POST", "/api/v3/order/cancelReplace", **(wanted | {"price": "x"}))
    assert wrong.error == (400, -1100)
    assert count() == before + 1


def test_an_order_list_counts_as_its_orders(counting: Served) -> None:
    def count(reply: Reply) -> int:
        assert reply.status == 200, reply.json
        return int(reply.headers["X-MBX-ORDER-COUNT-1D"])

    before = count(counting.place())
    both = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "quantity": "0.001",
        "belowStopPrice": "100000",
        "abovePrice": "140000",
    }
    kinds = {"aboveType": "LIMIT_MAKER", "belowType": "STOP_LOSS"}
    assert count(counting.signed_call("POST", "/api/v3/orderList/oco", **both, **kinds)) == before + 2


def test_exchange_info_shows_what_is_in_force(counting: Served) -> None:
    assert counting.get("/api/v3/exchangeInfo").json["rateLimits"] == [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "DAY", "intervalNum": 1, "limit": 1_000_000},
        {"rateLimitType": "ORDERS", "interval": "HOUR", "intervalNum": 1, "limit": 1000},
        {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 1000},
        {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 300_000},
    ]


def test_by_default_there_are_no_limits_and_none_are_told(exchange: Served) -> None:
    assert exchange.get("/api/v3/exchangeInfo").json["rateLimits"] == []
    assert exchange.signed_call("GET", "/api/v3/rateLimit/order").json == []
    assert not [name for name in exchange.place().headers if name.startswith("X-MBX")]


def test_the_command_line_turns_on_the_venue_s() -> None:
    with serving({"rate_limits": PATIENT}, "--rate-limits", "venue") as served:
        limits = served.get("/api/v3/exchangeInfo").json["rateLimits"]
    told = {(each["rateLimitType"], each["interval"], each["intervalNum"]): each["limit"] for each in limits}
    assert told == {
        ("REQUEST_WEIGHT", "MINUTE", 1): 6000,
        ("ORDERS", "SECOND", 10): 100,
        ("ORDERS", "DAY", 1): 200_000,
        ("RAW_REQUESTS", "MINUTE", 5): 300_000,
    }


def test_who_goes_on_after_429_is_banned_and_told_until_when() -> None:
    limits = {
        "enabled": True,
        "request_weight": {"limit": 3, "window": DAY},
        "ban": {"after": 2, "first": "1h"},
    }
    with serving({"rate_limits": limits}) as served:
        assert [ping(served).status for _ in range(3)] == [200] * 3
        refused = [ping(served) for _ in range(2)]
        assert [reply.error for reply in refused] == [(429, -1003)] * 2
        text = "Too much request weight used; current limit is 3 request weight per 1 DAY."
        assert refused[0].json["msg"].startswith(text)
        assert 0 < int(refused[0].headers["Retry-After"]) <= 24 * 3600
        assert used(refused[0]) == 4
        banned = ping(served)
        assert banned.error == (418, -1003)
        until_ms = int(banned.json["msg"].partition("IP banned until ")[2].partition(".")[0])
        assert 3_500_000 < until_ms - now_ms() <= 3_600_000
        assert 3500 < int(banned.headers["Retry-After"]) <= 3600
        # Orders and unknown calls are banned as well, and all of them are counted.
        assert served.place().error == (418, -1003)
        assert served.get("/nowhere").error == (418, -1003)
        metrics = served.metrics()
        assert metrics['exchange_requests_total{operation="order.place",outcome="throttled"}'] == 1
        assert metrics['exchange_requests_total{operation="other",outcome="throttled"}'] == 1


def test_a_window_and_a_ban_end() -> None:
    limits = {
        "enabled": True,
        "request_weight": {"limit": 5, "window": "1s"},
        "ban": {"after": 1, "first": "1500ms"},
    }
    with serving({"rate_limits": limits}) as served:
        eventually(lambda: ping(served).status == 429, "a refusal")
        eventually(lambda: ping(served).status == 200, "the next window, or the end of a ban")
        eventually(lambda: ping(served).status == 418, "a ban")
        eventually(lambda: ping(served).status == 200, "the end of the ban")


def test_orders_beyond_the_limit_are_refused_and_not_placed() -> None:
    limits = PATIENT | {"orders": [{"limit": 2, "window": DAY}]}
    with serving({"rate_limits": limits}) as served:
        assert [served.place(newClientOrderId=f"order-{number}").status for number in range(3)] == [200, 200, 429]
        refused = served.place()
        assert refused.json == {"code": -1015, "msg": "Too many new orders; current limit is 2 orders per 1 DAY."}
        assert int(refused.headers["Retry-After"]) > 0
        assert {order["clientOrderId"] for order in served.admin_lines("/truth")} >= {"order-0", "order-1"}
        assert "order-2" not in {order["clientOrderId"] for order in served.admin_lines("/truth")}
        cancel = {"symbol": "BTCUSDT", "origClientOrderId": "order-0"}
        assert served.signed_call("DELETE", "/api/v3/order", OWN, **cancel).status == 200, "cancels are no orders"
        assert served.signed_call("POST", "/api/v3/order", OTHER, **limit_order()).status == 200


def test_requests_are_counted_whatever_they_weigh() -> None:
    limits = PATIENT | {"raw_requests": {"limit": 2, "window": DAY}}
    with serving({"rate_limits": limits}) as served:
        assert [ping(served).status for _ in range(3)] == [200, 200, 429]
        assert ping(served).json["msg"].startswith("Too many requests; current limit is 2 requests per 1 DAY.")


def test_clients_behind_a_trusted_proxy_have_limits_of_their_own() -> None:
    tight = PATIENT | {"request_weight": {"limit": 1, "window": DAY}}
    with serving({"rate_limits": tight | {"trust_forwarded_for": True}}) as served:
        assert [ping(served, "192.0.2.1").status, ping(served, "192.0.2.1").status] == [200, 429]
        assert ping(served, "192.0.2.2").status == 200
        assert ping(served, "192.0.2.9, 192.0.2.1").status == 429, "the last one is what the proxy itself saw"
        assert ping(served).status == 200
    with serving({"rate_limits": tight}) as served:
        assert [ping(served, "192.0.2.1").status, ping(served, "192.0.2.2").status] == [200, 429]


def handshake(served: Served, address: str) -> int:
    """The status of an attempt to open a stream."""
    lines = (
        "GET /ws/btcusdt@trade HTTP/1.1",
        "Host: x",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"X-Forwarded-For: {address}",
    )
    with connected(served, "ws") as client:
        client.send("\r\n".join((*lines, "", "")).encode())
        return int(client.connection.recv(65536).split()[1])


def test_handshakes_count_to_who_is_behind_a_trusted_proxy_as_well() -> None:
    limits = PATIENT | {"connections": {"limit": 1, "window": DAY}, "trust_forwarded_for": True}
    with serving({"rate_limits": limits}) as served:
        assert [handshake(served, "192.0.2.1"), handshake(served, "192.0.2.1")] == [101, 429]
        assert handshake(served, "192.0.2.2") == 101
