"""Every refusal has the venue's code, status and words."""

import pytest

from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import (
    KEY,
    POOR,
    SECRET,
    Served,
    limit_order,
    now_ms,
    signature,
    signed,
)

MISSING = object()


def refused(exchange: Served, **changes: object) -> tuple[int, int]:
    order = {name: value for name, value in limit_order(**changes).items() if value is not MISSING}
    return exchange.signed_call("POST", "/api/v3/order", **order).error


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "NOPE"}, -1121),
        ({"symbol": MISSING}, -1102),
        ({"symbol": ""}, -1102),
        ({"side": "HOLD"}, -1117),
        ({"side": MISSING}, -1102),
        ({"type": "DREAM"}, -1116),
        ({"type": "STOP_LOSS_LIMIT"}, -1102),
        ({"type": "STOP_LOSS_LIMIT", "stopPrice": ""}, -1105),
        ({"type": "STOP_LOSS_LIMIT", "stopPrice": "0"}, -1013),
        ({"type": "STOP_LOSS_LIMIT", "stopPrice": "1.001"}, -1013),
        ({"type": "STOP_LOSS_LIMIT", "trailingDelta": "1.5"}, -1100),
        ({"type": "STOP_LOSS_LIMIT", "stopPrice": "110000", "timeInForce": MISSING}, -1102),
        ({"type": "TAKE_PROFIT_LIMIT", "stopPrice": "110000", "price": MISSING}, -1102),
        ({"type": "STOP_LOSS", "stopPrice": "110000"}, -1106),
        ({"type": "STOP_LOSS", "stopPrice": "110000", "price": MISSING}, -1114),
        ({"type": "TAKE_PROFIT", "price": MISSING, "timeInForce": MISSING}, -1102),
        ({"stopPrice": "110000"}, -1106),
        ({"trailingDelta": "100"}, -1106),
        ({"type": MISSING}, -1102),
        ({"timeInForce": "GTX"}, -1115),
        ({"timeInForce": MISSING}, -1102),
        ({"price": MISSING}, -1102),
        ({"price": "cheap"}, -1100),
        ({"price": "-1"}, -1100),
        ({"price": "1e5"}, -1100),
        ({"price": "0"}, -1013),
        ({"price": "100000.001"}, -1013),
        ({"price": "100000.000000001"}, -1111),
        ({"price": "99999999"}, -1013),
        ({"price": "1"}, -1013),
        ({"quantity": MISSING}, -1102),
        ({"quantity": "0"}, -1013),
        ({"quantity": "0.000001"}, -1013),
        ({"quantity": "0.00001"}, -1013),
        ({"quantity": "8000"}, -1013),
        ({"quoteOrderQty": "1"}, -1106),
        ({"icebergQty": "1"}, -2010),
        ({"icebergQty": "0.001", "timeInForce": "IOC"}, -1014),
        ({"type": "STOP_LOSS", "stopPrice": "1", "price": MISSING, "timeInForce": MISSING, "icebergQty": "1"}, -1106),
        ({"strategyType": "999999"}, -1134),
        ({"strategyId": "mine"}, -1100),
        ({"pegPriceType": "PRIMARY_PEG"}, -2010),
        ({"newClientOrderId": "with space"}, -1100),
        ({"newClientOrderId": "x" * 37}, -1100),
        ({"newClientOrderId": ""}, -1105),
        ({"newOrderRespType": "LONG"}, -1130),
        ({"selfTradePreventionMode": "TRANSFER"}, -2010),
        ({"selfTradePreventionMode": "NEVER"}, -1130),
        ({"somethingElse": "1"}, -1104),
        ({"type": "LIMIT_MAKER"}, -1114),
        ({"type": "MARKET"}, -1106),
        ({"type": "MARKET", "price": MISSING}, -1114),
        ({"type": "MARKET", "price": MISSING, "timeInForce": MISSING, "quoteOrderQty": "5"}, -1128),
        ({"type": "MARKET", "price": MISSING, "timeInForce": MISSING, "quantity": MISSING}, -1102),
        ({"recvWindow": "60001"}, -1131),
        ({"timestamp": now_ms() - 3_600_000}, -1021),
        ({"timestamp": now_ms() + 3_600_000}, -1021),
    ],
)
def test_a_bad_order_is_refused_with_its_code(exchange: Served, changes: dict[str, object], code: int) -> None:
    assert refused(exchange, **changes) == (400, code)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"price": "100000.001"}, "PRICE_FILTER"),
        ({"quantity": "0.000001"}, "LOT_SIZE"),
        ({"quantity": "0.00001"}, "NOTIONAL"),
        ({"price": "1", "quantity": "10"}, "PERCENT_PRICE_BY_SIDE"),
    ],
)
def test_a_filter_is_named(exchange: Served, changes: dict[str, object], name: str) -> None:
    assert exchange.place(**changes).json == {"code": -1013, "msg": f"Filter failure: {name}"}


def test_the_engine_refuses_what_cannot_be_paid_and_what_is_sent_twice(exchange: Served) -> None:
    poor = exchange.signed_call("POST", "/api/v3/order", POOR, **limit_order())
    text = "Account has insufficient balance for requested action."
    assert (poor.status, poor.json) == (400, {"code": -2010, "msg": text})
    assert exchange.place(newClientOrderId="twice").status == 200
    again = exchange.place(newClientOrderId="twice")
    assert (again.status, again.json) == (400, {"code": -2010, "msg": "Duplicate order sent."})
    crossing = {name: value for name, value in limit_order(price="200000").items() if name != "timeInForce"}
    taken = exchange.signed_call("POST", "/api/v3/order", **(crossing | {"type": "LIMIT_MAKER"}))
    assert taken.json == {"code": -2010, "msg": "Order would immediately match and take."}


def test_who_asks_has_to_be_known(exchange: Served) -> None:
    body = signed(limit_order())
    assert exchange.call("POST", "/api/v3/order", body=body).error == (401, -2014)
    assert exchange.call("POST", "/api/v3/order", body=body, key="not a key!").error == (401, -2014)
    assert exchange.call("POST", "/api/v3/order", body=body, key="unknown").error == (401, -2015)


def test_what_is_signed_has_to_be_what_is_sent(exchange: Served) -> None:
    body = signed(limit_order())
    assert exchange.call("POST", "/api/v3/order", body=body.replace("0.001", "0.002"), key=KEY).error == (400, -1022)
    assert exchange.call("POST", "/api/v3/order", body=signed(limit_order(), "wrong"), key=KEY).error == (400, -1022)
    unsigned = body.rpartition("&")[0]
    assert exchange.call("POST", "/api/v3/order", body=unsigned, key=KEY).error == (400, -1102)
    undated = "symbol=BTCUSDT"
    assert exchange.call("GET", f"/api/v3/account?{undated}&signature={signature(undated)}", key=KEY).error == (
        400,
        -1102,
    )


@pytest.mark.parametrize("text", [b"symbol=\xff", b"symbol=%FF", b"\xc3=1"])
def test_a_form_that_is_no_text_is_refused(exchange: Served, text: bytes) -> None:
    with connected(exchange) as client:
        head = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: {KEY}\r\nContent-Length: {len(text)}\r\n\r\n"
        client.send(head.encode() + text)
        status, reply = client.read_reply()
    assert (status, b'"code":-1100' in reply) == (400, True)


def test_a_name_that_comes_twice_is_refused(exchange: Served) -> None:
    text = f"symbol=BTCUSDT&symbol=BTCUSDT&timestamp={now_ms()}"
    reply = exchange.call("GET", f"/api/v3/openOrders?{text}&signature={signature(text, SECRET)}", key=KEY)
    assert reply.error == (400, -1101)


def test_orders_that_do_not_exist_are_said_not_to(exchange: Served) -> None:
    query = ("GET", "/api/v3/order")
    assert exchange.signed_call(*query, symbol="BTCUSDT", orderId=10**15).error == (400, -2013)
    assert exchange.signed_call(*query, symbol="BTCUSDT").error == (400, -1102)
    assert exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT").error == (400, -1102)
    assert exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=10**15).error == (400, -2011)
    mine = exchange.place(newClientOrderId="named").json["orderId"]
    names = {"symbol": "BTCUSDT", "orderId": mine, "origClientOrderId": "another"}
    assert exchange.signed_call(*query, **names).error == (400, -2039)
    assert exchange.signed_call("DELETE", "/api/v3/order", **names).error == (400, -2011)


def test_unknown_calls_and_methods_get_a_clear_message(exchange: Served) -> None:
    unknown = exchange.get("/api/v3/candles", symbol="BTCUSDT")
    assert unknown.error == (404, -1020)
    assert "GET /api/v3/candles" in unknown.json["msg"]
    wrong = exchange.call("PUT", "/api/v3/order")
    assert wrong.error == (405, -1020)
    assert "PUT" in wrong.json["msg"]


def test_public_reads_refuse_what_they_do_not_know(exchange: Served) -> None:
    assert exchange.get("/api/v3/depth").error == (400, -1102)
    assert exchange.get("/api/v3/depth", symbol="NOPE").error == (400, -1121)
    assert exchange.get("/api/v3/depth", symbol="BTCUSDT", limit=0).error == (400, -1130)
    assert exchange.get("/api/v3/depth", symbol="BTCUSDT", limit="x").error == (400, -1100)
    assert exchange.get("/api/v3/depth", symbol="BTCUSDT", depth=5).error == (400, -1101)
    assert exchange.get("/api/v3/ticker/price", symbol="BTCUSDT", symbols='["BTCUSDT"]').error == (400, -1128)
    assert exchange.get("/api/v3/ticker/price", symbols="BTCUSDT").error == (400, -1100)
    assert exchange.get("/api/v3/ticker/price", symbols='["NOPE"]').error == (400, -1121)
    day_ms = 24 * 3600 * 1000
    span = {"symbol": "BTCUSDT", "startTime": 1, "endTime": day_ms + 2}
    assert exchange.signed_call("GET", "/api/v3/myTrades", **span).error == (400, -1127)
