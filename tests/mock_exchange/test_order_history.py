"""What an account can find out about its orders and trades later on."""

from tests.mock_exchange.served import OTHER, Json, Served, limit_order, now_ms

ALL = ("GET", "/api/v3/allOrders")
TRADES = ("GET", "/api/v3/myTrades")
DAY_MS = 24 * 60 * 60 * 1000


def place_and_cancel(exchange: Served, number: int) -> list[int]:
    """As many orders that are over, oldest first."""
    placed = [exchange.place(symbol="ETHUSDT", price="3000", quantity="0.01").json for _ in range(number)]
    for order in placed:
        cancel = exchange.signed_call("DELETE", "/api/v3/order", symbol="ETHUSDT", orderId=order["orderId"])
        assert cancel.status == 200
    return [order["orderId"] for order in placed]


def ids(orders: Json) -> list[int]:
    return [order["orderId"] for order in orders]


def test_all_orders_of_a_symbol_are_found_whatever_became_of_them(exchange: Served) -> None:
    over = place_and_cancel(exchange, 2)
    filled = exchange.signed_call(
        "POST", "/api/v3/order", symbol="ETHUSDT", side="BUY", type="MARKET", quantity="0.01"
    ).json["orderId"]
    resting = exchange.place(symbol="ETHUSDT", price="3000", quantity="0.01").json["orderId"]
    found = exchange.signed_call(*ALL, symbol="ETHUSDT").json
    assert ids(found)[-4:] == [*over, filled, resting]
    assert [order["status"] for order in found][-4:] == ["CANCELED", "CANCELED", "FILLED", "NEW"]
    one = exchange.signed_call("GET", "/api/v3/order", symbol="ETHUSDT", orderId=resting).json
    assert found[-1] == one
    assert not {*over, filled, resting} & set(ids(exchange.signed_call(*ALL, OTHER, symbol="ETHUSDT").json))


def test_all_orders_come_from_an_id_on_or_the_latest_or_by_time(exchange: Served) -> None:
    over = place_and_cancel(exchange, 4)
    assert ids(exchange.signed_call(*ALL, symbol="ETHUSDT", limit=2).json) == over[-2:]
    assert ids(exchange.signed_call(*ALL, symbol="ETHUSDT", orderId=over[1], limit=2).json) == over[1:3]
    now = now_ms()
    today = exchange.signed_call(*ALL, symbol="ETHUSDT", startTime=now - 60_000, endTime=now + 60_000).json
    assert ids(today)[-4:] == over
    assert ids(exchange.signed_call(*ALL, symbol="ETHUSDT", startTime=now - 60_000, limit=1).json) == ids(today)[:1]
    assert ids(exchange.signed_call(*ALL, symbol="ETHUSDT", endTime=now + 60_000, limit=1).json) == over[-1:]
    assert exchange.signed_call(*ALL, symbol="ETHUSDT", endTime=now - DAY_MS).json == []


def test_times_may_be_given_in_microseconds(exchange: Served) -> None:
    over = place_and_cancel(exchange, 1)
    exchange.signed_call("POST", "/api/v3/order", symbol="ETHUSDT", side="BUY", type="MARKET", quantity="0.01")
    now = now_ms() * 1000
    recent = {"startTime": now - 60_000_000, "endTime": now + 60_000_000}
    long_ago = {name: time - DAY_MS * 1000 for name, time in recent.items()}
    assert set(over) <= set(ids(exchange.signed_call(*ALL, symbol="ETHUSDT", **recent).json))
    assert exchange.signed_call(*TRADES, symbol="ETHUSDT", **recent).json != []
    assert exchange.signed_call("GET", "/api/v3/allOrderList", **recent).status == 200
    for call in (ALL, TRADES):
        assert exchange.signed_call(*call, symbol="ETHUSDT", **long_ago).json == []


def test_what_cannot_be_asked_of_all_orders_is_refused(exchange: Served) -> None:
    now = now_ms()
    assert exchange.signed_call(*ALL).error == (400, -1102)
    assert exchange.signed_call(*ALL, symbol="NOPE").error == (400, -1121)
    assert exchange.signed_call(*ALL, symbol="ETHUSDT", limit=0).error == (400, -1130)
    assert exchange.signed_call(*ALL, symbol="ETHUSDT", orderId="x").error == (400, -1100)
    long = {"startTime": now - DAY_MS - 1, "endTime": now}
    assert exchange.signed_call(*ALL, symbol="ETHUSDT", **long).error == (400, -1127)
    backwards = {"startTime": now, "endTime": now - 1}
    assert exchange.signed_call(*ALL, symbol="ETHUSDT", **backwards).error == (400, -1128)


def test_trades_are_found_by_order(exchange: Served) -> None:
    bought = exchange.signed_call(
        "POST", "/api/v3/order", symbol="ETHUSDT", side="BUY", type="MARKET", quantity="0.02"
    ).json
    rows = exchange.signed_call(*TRADES, symbol="ETHUSDT", orderId=bought["orderId"]).json
    assert [row["id"] for row in rows] == [fill["tradeId"] for fill in bought["fills"]]
    assert {row["orderListId"] for row in rows} == {-1}
    later = {"orderId": bought["orderId"], "fromId": rows[-1]["id"] + 1}
    assert exchange.signed_call(*TRADES, symbol="ETHUSDT", **later).json == []


def test_trades_by_time_go_with_neither_an_order_nor_a_first_trade(exchange: Served) -> None:
    for other in ("orderId", "fromId"):
        parameters = {"symbol": "ETHUSDT", "startTime": now_ms(), other: 1}
        assert exchange.signed_call(*TRADES, **parameters).error == (400, -1128)


def test_a_strategys_label_is_shown_wherever_its_order_is(exchange: Served) -> None:
    label = {"strategyId": 7, "strategyType": 1_000_000}
    placed = exchange.place(**label).json
    found = exchange.signed_call("GET", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"]).json
    canceled = exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"]).json
    for reply in (placed, found, canceled):
        assert {name: reply[name] for name in label} == label
    half = exchange.place(strategyId=7).json
    assert (half["strategyId"], "strategyType" in half) == (7, False)
    assert "strategyId" not in exchange.place().json


def test_a_test_order_tells_its_commission_where_asked_to(exchange: Served) -> None:
    test = ("POST", "/api/v3/order/test")
    told = exchange.signed_call(*test, **limit_order(computeCommissionRates="true")).json
    assert told["standardCommissionForOrder"] == {"maker": "0.00100000", "taker": "0.00100000"}
    assert told["taxCommissionForOrder"] == {"maker": "0.00000000", "taker": "0.00000000"}
    assert told["discount"]["enabledForAccount"] is False
    # "True" is what Python writes.
    assert exchange.signed_call(*test, **limit_order(computeCommissionRates=True)).json == told
    assert exchange.signed_call(*test, **limit_order(computeCommissionRates="false")).json == {}
    assert exchange.signed_call(*test, **limit_order(computeCommissionRates="maybe")).error == (400, -1100)


def test_a_test_order_is_held_to_the_filters(exchange: Served) -> None:
    refused = exchange.signed_call("POST", "/api/v3/order/test", **limit_order(quantity="0.00001"))
    assert refused.json == {"code": -1013, "msg": "Filter failure: NOTIONAL"}
