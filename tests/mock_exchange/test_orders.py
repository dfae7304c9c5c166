"""Orders over HTTP: the venue's shapes, defaults and words, on a real process."""

from tests.mock_exchange.served import OTHER, Served, limit_order, now_ms, signature, signed

ACK = {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
EXPIRY_REASONS = {"IOC": "UNFILLED_IOC_QUANTITY_EXPIRED", "FOK": "UNFILLED_FOK_ORDER_EXPIRED"}
RESULT = ACK | {
    "price",
    "origQty",
    "executedQty",
    "origQuoteOrderQty",
    "cummulativeQuoteQty",
    "status",
    "timeInForce",
    "type",
    "side",
    "workingTime",
    "selfTradePreventionMode",
}


def test_a_limit_order_rests_is_found_and_is_cancelled(exchange: Served) -> None:
    placed = exchange.place(newClientOrderId="rests-1").json
    assert set(placed) == RESULT | {"fills"}
    assert (placed["status"], placed["price"], placed["origQty"]) == ("NEW", "100000.00000000", "0.00100000")
    assert placed["fills"] == []
    found = exchange.signed_call("GET", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"]).json
    assert (found["clientOrderId"], found["status"], found["isWorking"]) == ("rests-1", "NEW", True)
    open_orders = exchange.signed_call("GET", "/api/v3/openOrders", symbol="BTCUSDT").json
    assert found in open_orders
    canceled = exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="rests-1").json
    assert canceled["status"] == "CANCELED"
    assert canceled["origClientOrderId"] == "rests-1"
    assert canceled["clientOrderId"] not in ("", "rests-1")
    again = exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"])
    assert again.error == (400, -2011)


def test_a_market_order_is_filled_and_its_trades_are_in_my_trades(exchange: Served) -> None:
    parameters = {"symbol": "ETHUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.5"}
    placed = exchange.signed_call("POST", "/api/v3/order", **parameters).json
    assert (placed["status"], placed["executedQty"]) == ("FILLED", "0.50000000")
    assert sum(float(fill["qty"]) for fill in placed["fills"]) == 0.5
    assert {fill["commissionAsset"] for fill in placed["fills"]} == {"ETH"}
    trades = exchange.signed_call("GET", "/api/v3/myTrades", symbol="ETHUSDT", orderId=placed["orderId"]).json
    assert [trade["id"] for trade in trades] == [fill["tradeId"] for fill in placed["fills"]]
    assert all(trade["isBuyer"] and not trade["isMaker"] for trade in trades)


def test_a_market_order_can_say_what_to_spend(exchange: Served) -> None:
    parameters = {"symbol": "ETHUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": "100"}
    placed = exchange.signed_call("POST", "/api/v3/order", **parameters).json
    assert placed["status"] == "FILLED"
    assert 90 < float(placed["cummulativeQuoteQty"]) <= 100


def test_two_accounts_trade_with_each_other_and_both_sides_see_it(exchange: Served) -> None:
    book = exchange.get("/api/v3/ticker/bookTicker", symbol="LTCUSDT").json
    price = f"{float(book['bidPrice']) + 0.01:.2f}"
    resting = exchange.place(symbol="LTCUSDT", price=price, quantity="1").json
    parameters = limit_order(symbol="LTCUSDT", side="SELL", price=price, quantity="1")
    crossing = exchange.signed_call("POST", "/api/v3/order", OTHER, **parameters).json
    assert crossing["status"] == "FILLED"
    maker = exchange.signed_call("GET", "/api/v3/myTrades", symbol="LTCUSDT", orderId=resting["orderId"]).json
    assert [(trade["isMaker"], trade["isBuyer"], trade["commissionAsset"]) for trade in maker] == [(True, True, "LTC")]
    # The other account's orders are none of ours.
    foreign = exchange.signed_call("GET", "/api/v3/order", symbol="LTCUSDT", orderId=crossing["orderId"])
    assert foreign.error == (400, -2013)


def test_the_reply_is_full_for_limit_and_market_and_ack_for_the_rest_unless_asked(exchange: Served) -> None:
    maker = {"type": "LIMIT_MAKER"}
    plain = {name: value for name, value in limit_order(**maker).items() if name != "timeInForce"}
    assert set(exchange.signed_call("POST", "/api/v3/order", **plain).json) == ACK
    full = exchange.signed_call("POST", "/api/v3/order", newOrderRespType="FULL", **plain).json
    assert set(full) == RESULT | {"fills"}
    assert set(exchange.place(newOrderRespType="RESULT").json) == RESULT
    assert set(exchange.place(newOrderRespType="ACK").json) == ACK


def test_a_client_order_id_is_made_up_where_none_is_sent(exchange: Served) -> None:
    made = {exchange.place().json["clientOrderId"] for _ in range(3)}
    assert len(made) == 3
    assert all(len(name) == 22 and name.isalnum() for name in made)


def test_ioc_and_fok_expire_instead_of_resting(exchange: Served) -> None:
    for time_in_force in ("IOC", "FOK"):
        reply = exchange.place(timeInForce=time_in_force).json
        assert (reply["status"], reply["expiryReason"]) == ("EXPIRED", EXPIRY_REASONS[time_in_force])


def test_all_open_orders_of_a_symbol_are_cancelled_at_once(exchange: Served) -> None:
    placed = {exchange.place(symbol="XRPUSDT", quantity="10", price="2.5").json["orderId"] for _ in range(3)}
    canceled = exchange.signed_call("DELETE", "/api/v3/openOrders", symbol="XRPUSDT").json
    assert {order["orderId"] for order in canceled} == placed
    assert exchange.signed_call("DELETE", "/api/v3/openOrders", symbol="XRPUSDT").error == (400, -2011)


def test_a_test_order_is_checked_and_not_placed(exchange: Served) -> None:
    before = exchange.signed_call("GET", "/api/v3/openOrders").json
    reply = exchange.signed_call("POST", "/api/v3/order/test", **limit_order())
    assert (reply.status, reply.json) == (200, {})
    assert exchange.signed_call("POST", "/api/v3/order/test", **limit_order(price="x")).error == (400, -1100)
    assert exchange.signed_call("GET", "/api/v3/openOrders").json == before


def test_an_order_holds_what_it_may_cost(exchange: Served) -> None:
    def usdt() -> tuple[float, float]:
        account = exchange.signed_call("GET", "/api/v3/account", omitZeroBalances="true").json
        balance = next(each for each in account["balances"] if each["asset"] == "USDT")
        return float(balance["free"]), float(balance["locked"])

    free, locked = usdt()
    order = exchange.place(price="100000", quantity="0.001").json
    assert usdt() == (free - 100, locked + 100)
    exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=order["orderId"])
    assert usdt() == (free, locked)


def test_parameters_may_be_in_query_and_body_and_the_query_wins(exchange: Served) -> None:
    body = "&".join(f"{name}={value}" for name, value in limit_order(price="90000").items())
    query = f"price=90001&timestamp={now_ms()}"
    target = f"/api/v3/order?{query}&signature={signature(query + body)}"
    placed = exchange.call("POST", target, body=body, key="test-key").json
    assert placed["price"] == "90001.00000000"
    everything_in_query = f"/api/v3/order?{signed(limit_order())}"
    assert exchange.call("POST", everything_in_query, key="test-key").status == 200


def test_cancel_restrictions_protect_an_order_in_another_state(exchange: Served) -> None:
    order_id = exchange.place().json["orderId"]
    names = {"symbol": "BTCUSDT", "orderId": order_id}
    refused = exchange.signed_call("DELETE", "/api/v3/order", cancelRestrictions="ONLY_PARTIALLY_FILLED", **names)
    assert refused.error == (400, -2011)
    assert exchange.signed_call("DELETE", "/api/v3/order", cancelRestrictions="x", **names).error == (400, -1145)
    assert exchange.signed_call("DELETE", "/api/v3/order", cancelRestrictions="ONLY_NEW", **names).status == 200
