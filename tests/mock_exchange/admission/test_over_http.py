"""The policies of a real exchange, by what its clients are told and what its ledger says.

Where the queue has to stay full, a service takes an hour: no pause of the host, however long, can end one.
"""

from collections.abc import Mapping

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import Served, limit_order, serving, signed

STUCK = {"service_time": {"distribution": "constant", "mean": "1h"}, "limits": {"drain_deadline": "1ms"}}
SLOW = {"service_time": {"distribution": "constant", "mean": "40ms"}}


def order(**changes: object) -> bytes:
    body = signed(limit_order(**changes))
    head = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: test-key\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def cancel(name: str) -> bytes:
    query = signed({"symbol": "BTCUSDT", "origClientOrderId": name})
    return f"DELETE /api/v3/order?{query} HTTP/1.1\r\nX-MBX-APIKEY: test-key\r\n\r\n".encode()


def placed(served: Served) -> set[str]:
    return {each["clientOrderId"] for each in served.admin_lines("/truth")}


def endings(served: Served) -> Mapping[str, float]:
    """How many requests that need the engine ended how."""
    found = {"done": 0.0, "rejected": 0.0, "shed": 0.0, "failed": 0.0, "throttled": 0.0}
    for name, value in served.metrics().items():
        if name.startswith('exchange_requests_total{operation="order.'):
            found[name.partition('outcome="')[2].removesuffix('"}')] += value
    return found


def test_without_a_bound_a_burst_is_served_to_the_last() -> None:
    with serving({"queue": {"policy": "none"}, "limits": {"pipelined": 3000}}) as served, connected(served) as client:
        client.send(b"".join(order(newClientOrderId=f"order-{number}") for number in range(2000)))
        assert {client.read_reply()[0] for _ in range(2000)} == {200}


def test_a_budget_sheds_what_came_too_late_and_serves_the_rest() -> None:
    queue = {"policy": "age", "budget": "100ms", "reply": "throttled"}
    with serving(SLOW | {"queue": queue}) as served, connected(served) as client:
        names = [f"order-{number}" for number in range(8)]
        client.send(b"".join(order(newClientOrderId=name) for name in names))
        replies = [client.read_reply() for _ in names]
        statuses = [status for status, _ in replies]
        # Waits are 0, 40, 80, 120 ms and so on, and 100 are allowed; those from the fifth on are refused on arrival.
        # A host that stands still can only make them longer.
        assert statuses[0] == 200
        assert set(statuses[3:]) == {503}
        text = b"Request throttled by system-level protection. Reduce-only/close-position orders are exempt."
        assert all(text in body and b"-1008" in body for status, body in replies if status == 503)
        assert placed(served) & set(names) == {
            name for name, status in zip(names, statuses, strict=True) if status == 200
        }
        assert sum(endings(served).values()) == len(names)
        assert endings(served)["shed"] == statuses.count(503)


def test_cancels_pass_where_new_orders_are_shed() -> None:
    queue = {"policy": "priority", "length": 2, "length_for_cancels": 4}
    with serving(STUCK | {"queue": queue}) as served, connected(served) as client:
        client.send(order() + order(newClientOrderId="waits"))
        eventually(lambda: served.metrics()["exchange_queue_length"] == 2, "a full queue")
        assert served.place().error == (503, -1008)
        client.send(cancel("a") + cancel("b"))
        eventually(lambda: served.metrics()["exchange_queue_length"] == 4, "the cancels")
        with connected(served) as late:
            late.send(cancel("c"))
            assert late.read_reply()[0] == 503, "the hard limit"


def test_cancels_overtake_new_orders_that_wait() -> None:
    with serving(SLOW | {"queue": {"policy": "priority"}}) as served, connected(served) as client:
        resting = served.place(newClientOrderId="resting")
        assert resting.status == 200
        with connected(served) as other:
            client.send(b"".join(order(newClientOrderId=f"order-{number}") for number in range(20)))
            eventually(lambda: served.metrics()["exchange_queue_length"] > 0, "the orders")
            other.send(cancel("resting"))
            assert other.read_reply()[0] == 200
            assert {client.read_reply()[0] for _ in range(20)} == {200}
        operations = [record["operation"] for record in served.admin_lines("/stages")][-21:]
        assert operations.index("order.cancel") < 20, "the last one that came was not the last one served"


def test_the_shed_are_told_what_is_configured() -> None:
    queue = {"length": 1, "reply": "unavailable"}
    with serving(STUCK | {"queue": queue}) as served, connected(served) as client:
        client.send(order())
        eventually(lambda: served.metrics()["exchange_queue_length"] == 1, "a full queue")
        assert served.place().json == {"code": 0, "msg": "Service Unavailable."}


def test_a_shed_order_counts_to_no_limit() -> None:
    day = {"limit": 6000, "window": "24h"}
    limits = {"enabled": True, "request_weight": day, "orders": [day | {"limit": 1}]}
    with serving(STUCK | {"queue": {"length": 1}, "rate_limits": limits}) as served, connected(served) as client:
        client.send(b"GET /api/v3/depth?symbol=BTCUSDT HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: served.metrics()["exchange_queue_length"] == 1, "a full queue")
        replies = [served.place() for _ in range(3)]
        assert [reply.error for reply in replies] == [(503, -1008)] * 3, "and not 429 for the second"
        assert [reply.headers["X-MBX-USED-WEIGHT-1D"] for reply in replies] == ["5", "5", "5"]


@pytest.mark.parametrize("policy", ["none", "length", "age", "priority"])
def test_every_policy_serves_an_ordinary_day(policy: str) -> None:
    with serving({"queue": {"policy": policy}}) as served:
        name = served.place(newClientOrderId="mine").json["clientOrderId"]
        assert served.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId=name).status == 200
        assert endings(served) == {"done": 2, "rejected": 0, "shed": 0, "failed": 0, "throttled": 0}
