"""Orders that depend on each other, over HTTP."""

import pytest

from tests.mock_exchange.pit import SYMBOL, Pit
from tests.mock_exchange.served import OTHER, POOR, Json, now_ms

LIST = "/api/v3/orderList"
REPORT = {
    *("symbol", "orderId", "orderListId", "clientOrderId", "transactTime", "price", "origQty", "executedQty"),
    *("origQuoteOrderQty", "cummulativeQuoteQty", "status", "timeInForce", "type", "side", "workingTime"),
    "selfTradePreventionMode",
}
TOLD = {
    *("orderListId", "contingencyType", "listStatusType", "listOrderStatus", "listClientOrderId"),
    *("transactionTime", "symbol", "orders"),
}

OCO = {"side": "SELL", "quantity": 1, "aboveType": "LIMIT_MAKER", "abovePrice": 130, "belowType": "STOP_LOSS"}
OCO |= {"belowStopPrice": 110}
OTO = {"workingType": "LIMIT", "workingSide": "BUY", "workingPrice": 115, "workingQuantity": 2}
OTO |= {"workingTimeInForce": "GTC", "pendingType": "LIMIT_MAKER", "pendingSide": "SELL", "pendingPrice": 140}
OTO |= {"pendingQuantity": 1}
OTOCO = {name: value for name, value in OTO.items() if name not in ("pendingType", "pendingPrice")}
OTOCO |= {"pendingAboveType": "TAKE_PROFIT", "pendingAboveStopPrice": 140}
OTOCO |= {"pendingBelowType": "STOP_LOSS_LIMIT", "pendingBelowStopPrice": 100, "pendingBelowPrice": 99}
OTOCO |= {"pendingBelowTimeInForce": "GTC"}


def placed(pit: Pit, kind: str, order_list: dict[str, object], **changes: object) -> Json:
    reply = pit.send("POST", f"{LIST}/{kind}", **(order_list | changes))
    assert reply.status == 200, reply.body
    return reply.json


def statuses(pit: Pit, order_list: Json) -> list[str]:
    return [pit.order(order["orderId"])["status"] for order in order_list["orders"]]


def test_a_pair_is_placed_and_shown_with_both_orders(pit: Pit) -> None:
    pair = placed(pit, "oco", OCO, listClientOrderId="pair-1", aboveClientOrderId="up", belowClientOrderId="down")
    assert set(pair) == TOLD | {"orderReports"}
    assert (pair["contingencyType"], pair["listStatusType"], pair["listOrderStatus"]) == (
        "OCO",
        "EXEC_STARTED",
        "EXECUTING",
    )
    assert (pair["listClientOrderId"], pair["symbol"]) == ("pair-1", SYMBOL)
    assert [order["clientOrderId"] for order in pair["orders"]] == ["up", "down"]
    above, below = pair["orderReports"]
    assert (set(above), set(below)) == (REPORT, REPORT | {"stopPrice"})
    assert {above["orderListId"], below["orderListId"]} == {pair["orderListId"]}
    assert (above["type"], above["price"], below["type"], below["stopPrice"]) == (
        "LIMIT_MAKER",
        "130.00000000",
        "STOP_LOSS",
        "110.00000000",
    )
    assert (above["workingTime"] > 0, below["workingTime"]) == (True, -1)
    assert [order["orderListId"] for order in pit.send("GET", "/api/v3/openOrders").json] == [pair["orderListId"]] * 2


def test_an_execution_of_one_order_of_a_pair_ends_the_other(pit: Pit) -> None:
    pair = placed(pit, "oco", OCO)
    pit.limit("BUY", 130, OTHER)
    assert statuses(pit, pair) == ["FILLED", "EXPIRED"]
    assert pit.order(pair["orders"][1]["orderId"])["expiryReason"] == "OCO_TRIGGER"
    found = pit.exchange.signed_call("GET", LIST, orderListId=pair["orderListId"]).json
    assert (set(found), found["listStatusType"], found["listOrderStatus"]) == (TOLD, "ALL_DONE", "ALL_DONE")
    rows = pit.send("GET", "/api/v3/myTrades", orderId=pair["orders"][0]["orderId"]).json
    assert [row["orderListId"] for row in rows] == [pair["orderListId"]]


def test_a_trigger_of_one_order_of_a_pair_ends_the_other(pit: Pit) -> None:
    pit.limit("BUY", 105, OTHER)
    pair = placed(pit, "oco", OCO)
    pit.trade_at(110)
    assert statuses(pit, pair) == ["EXPIRED", "FILLED"]


def test_a_pair_may_be_of_a_stop_and_a_profit_and_answers_as_it_is_asked_to(pit: Pit) -> None:
    pair: dict[str, object] = {"side": "BUY", "quantity": 1, "aboveType": "STOP_LOSS_LIMIT", "abovePrice": 131}
    pair |= {"aboveStopPrice": 130, "aboveTimeInForce": "GTC", "aboveIcebergQty": "0.5", "aboveStrategyId": 3}
    pair |= {"belowType": "TAKE_PROFIT", "belowStopPrice": 110}
    above, below = placed(pit, "oco", pair)["orderReports"]
    assert (above["icebergQty"], above["strategyId"], below["stopPrice"]) == ("0.50000000", 3, "110.00000000")
    pit.clear()
    acknowledged = placed(pit, "oco", pair, newOrderRespType="ACK")["orderReports"]
    assert set(acknowledged[0]) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
    assert placed(pit, "oco", pair, newOrderRespType="FULL")["orderReports"][0]["fills"] == []


def test_what_waits_for_an_order_begins_when_that_is_filled(pit: Pit) -> None:
    order_list = placed(pit, "oto", OTO)
    assert (order_list["contingencyType"], [each["status"] for each in order_list["orderReports"]]) == (
        "OTO",
        ["NEW", "PENDING_NEW"],
    )
    assert order_list["orderReports"][1]["workingTime"] == -1
    pit.limit("SELL", 115, OTHER, quantity=1)
    assert statuses(pit, order_list) == ["PARTIALLY_FILLED", "PENDING_NEW"]
    pit.limit("SELL", 115, OTHER, quantity=1)
    assert statuses(pit, order_list) == ["FILLED", "NEW"]


def test_what_waits_for_an_order_expires_where_that_ends_unfilled(pit: Pit) -> None:
    for kind, order_list in (("oto", OTO), ("otoco", OTOCO)):
        made = placed(pit, kind, order_list, workingTimeInForce="IOC")
        working, *pending = (pit.order(order["orderId"]) for order in made["orders"])
        assert working["expiryReason"] == "UNFILLED_IOC_QUANTITY_EXPIRED"
        assert {order["status"] for order in pending} == {"EXPIRED"}
        assert {order["expiryReason"] for order in pending} == {"OTO_PHASE_ONE_EXPIRED"}


def test_what_cannot_begin_when_its_time_comes_is_rejected(pit: Pit) -> None:
    order_list = {name: value for name, value in OTO.items() if name != "pendingPrice"}
    made = placed(pit, "oto", order_list, pendingType="STOP_LOSS", pendingStopPrice=130)
    pit.limit("SELL", 115, OTHER, quantity=2)
    assert [pit.order(order["orderId"]).get("expiryReason") for order in made["orders"]] == [None, "REJECTED"]


def test_an_order_that_is_filled_at_once_is_shown_with_the_other_one_still_waiting(pit: Pit) -> None:
    pit.limit("SELL", 115, OTHER, quantity=2)
    order_list = placed(pit, "oto", OTO)
    assert [each["status"] for each in order_list["orderReports"]] == ["FILLED", "PENDING_NEW"]
    assert statuses(pit, order_list) == ["FILLED", "NEW"]


def test_a_pair_may_wait_for_an_order(pit: Pit) -> None:
    order_list = placed(pit, "otoco", OTOCO)
    assert order_list["contingencyType"] == "OTO"
    assert statuses(pit, order_list) == ["NEW", "PENDING_NEW", "PENDING_NEW"]
    pit.limit("SELL", 115, OTHER, quantity=2)
    assert statuses(pit, order_list) == ["FILLED", "NEW", "NEW"]
    pit.limit("BUY", 139, OTHER)
    pit.trade_at(140)
    assert statuses(pit, order_list) == ["FILLED", "FILLED", "EXPIRED"]


@pytest.mark.parametrize(("kind", "order_list"), [("oco", OCO), ("oto", OTO), ("otoco", OTOCO)])
def test_a_list_is_canceled_with_all_its_orders(pit: Pit, kind: str, order_list: dict[str, object]) -> None:
    made = placed(pit, kind, order_list)
    held = pit.locked("LTC") + pit.locked("USDT")
    canceled = pit.send("DELETE", LIST, orderListId=made["orderListId"], newClientOrderId="gone").json
    assert set(canceled) == TOLD | {"orderReports"}
    assert (canceled["listStatusType"], canceled["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
    assert {report["status"] for report in canceled["orderReports"]} == {"CANCELED"}
    assert {report["clientOrderId"] for report in canceled["orderReports"]} == {"gone"}
    assert [each["origClientOrderId"] for each in canceled["orderReports"]] == [
        each["clientOrderId"] for each in made["orders"]
    ]
    assert held > pit.locked("LTC") + pit.locked("USDT") == 0


def test_a_cancel_of_one_order_takes_its_list_with_it(pit: Pit) -> None:
    pair = placed(pit, "oco", OCO)
    canceled = pit.send("DELETE", "/api/v3/order", orderId=pair["orders"][1]["orderId"]).json
    assert (canceled["orderListId"], canceled["listOrderStatus"]) == (pair["orderListId"], "ALL_DONE")
    assert [report["status"] for report in canceled["orderReports"]] == ["CANCELED", "CANCELED"]


def test_a_cancel_of_all_orders_tells_lists_as_lists(pit: Pit) -> None:
    single = pit.limit("BUY", 100)
    pair = placed(pit, "oco", OCO)
    canceled = pit.send("DELETE", "/api/v3/openOrders").json
    assert [each.get("orderId") for each in canceled] == [single["orderId"], None]
    assert (canceled[1]["orderListId"], len(canceled[1]["orderReports"])) == (pair["orderListId"], 2)
    assert pit.send("GET", "/api/v3/openOrders").json == []


def test_a_list_is_canceled_by_its_name_or_not_at_all(pit: Pit) -> None:
    pair = placed(pit, "oco", OCO, listClientOrderId="named")
    assert pit.send("DELETE", LIST).error == (400, -1102)
    unknown = pit.send("DELETE", LIST, orderListId=10**9)
    assert unknown.json == {"code": -2011, "msg": "Unknown order list sent."}
    both = {"orderListId": pair["orderListId"], "listClientOrderId": "another"}
    assert pit.send("DELETE", LIST, **both).error == (400, -2011)
    assert pit.send("DELETE", LIST, OTHER, listClientOrderId="named").error == (400, -2011)
    assert pit.send("DELETE", LIST, listClientOrderId="named").status == 200
    assert pit.send("DELETE", LIST, listClientOrderId="named").error == (400, -2011)


def test_lists_are_found_again(pit: Pit) -> None:
    call = pit.exchange.signed_call
    done, going = placed(pit, "oco", OCO, listClientOrderId="done"), placed(pit, "oto", OTO)
    pit.send("DELETE", LIST, listClientOrderId="done")
    found = call("GET", LIST, origClientOrderId="done").json
    assert (found["orderListId"], "orderReports" in found) == (done["orderListId"], False)
    assert [each["orderListId"] for each in call("GET", "/api/v3/openOrderList").json] == [going["orderListId"]]
    everything = ("GET", "/api/v3/allOrderList")
    assert [each["orderListId"] for each in call(*everything, limit=2).json] == [
        done["orderListId"],
        going["orderListId"],
    ]
    assert [each["orderListId"] for each in call(*everything, fromId=done["orderListId"], limit=1).json] == [
        done["orderListId"]
    ]
    assert call(*everything, endTime=1).json == []
    assert call(*everything, fromId=1, startTime=now_ms()).error == (400, -1128)
    assert call(*everything, startTime=1, endTime=10**12).error == (400, -1127)
    assert call("GET", LIST).error == (400, -1102)
    assert call("GET", LIST, orderListId=10**9).error == (400, -2013)
    assert call("GET", LIST, OTHER, orderListId=done["orderListId"]).error == (400, -2013)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aboveType": "LIMIT"}, -1158),
        ({"aboveType": "MARKET"}, -1158),
        ({"aboveType": "DREAM"}, -1116),
        ({"belowType": "LIMIT_MAKER", "belowPrice": 131}, -1106),
        ({"side": "BUY"}, -1165),
        ({"aboveType": "STOP_LOSS", "aboveStopPrice": 130}, -1106),
        ({"abovePrice": 100}, -2010),
        ({"aboveIcebergQty": 2}, -2010),
        ({"abovePegPriceType": "PRIMARY_PEG"}, -2010),
        ({"aboveStrategyType": 5}, -1134),
        ({"quantity": 0}, -1013),
        ({"selfTradePreventionMode": "TRANSFER"}, -2010),
        ({"listClientOrderId": "with space"}, -1100),
        ({"newOrderRespType": "LONG"}, -1130),
        ({"quoteOrderQty": 1}, -1104),
    ],
)
def test_a_bad_pair_is_refused_with_its_code(pit: Pit, changes: dict[str, object], code: int) -> None:
    assert pit.send("POST", f"{LIST}/oco", **(OCO | changes)).error == (400, code)
    assert pit.send("GET", "/api/v3/openOrders").json == []


STOP_LIMIT = {"Price": 100, "StopPrice": 101, "TimeInForce": "GTC"}


@pytest.mark.parametrize(
    ("side", "above", "below", "code"),
    [
        ("SELL", "LIMIT_MAKER", "LIMIT_MAKER", -1168),
        ("BUY", "LIMIT_MAKER", "STOP_LOSS_LIMIT", -1165),
        ("SELL", "STOP_LOSS_LIMIT", "LIMIT_MAKER", -1197),
        ("SELL", "TAKE_PROFIT_LIMIT", "LIMIT_MAKER", -1166),
        ("BUY", "TAKE_PROFIT_LIMIT", "STOP_LOSS_LIMIT", -1198),
        ("SELL", "TAKE_PROFIT_LIMIT", "TAKE_PROFIT_LIMIT", -1199),
        ("BUY", "STOP_LOSS_LIMIT", "STOP_LOSS_LIMIT", -1196),
    ],
)
def test_each_order_of_a_pair_has_its_side_of_the_price(pit: Pit, side: str, above: str, below: str, code: int) -> None:
    pair: dict[str, object] = {"side": side, "quantity": 1, "aboveType": above, "belowType": below}
    for place, kind in (("above", above), ("below", below)):
        wanted = ("Price",) if kind == "LIMIT_MAKER" else tuple(STOP_LIMIT)
        pair |= {place + name: STOP_LIMIT[name] for name in wanted}
    assert pit.send("POST", f"{LIST}/oco", **pair).error == (400, code)


def test_prices_of_a_pair_have_to_be_around_the_last_price(pit: Pit) -> None:
    refused = pit.send("POST", f"{LIST}/oco", **(OCO | {"belowStopPrice": 121}))
    text = "The relationship of the prices for the orders is not correct."
    assert (refused.status, refused.json) == (400, {"code": -2010, "msg": text})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"workingType": "STOP_LOSS"}, -1130),
        ({"workingType": "MARKET"}, -1130),
        ({"workingTimeInForce": "GTX"}, -1115),
        ({"workingTimeInForce": "IOC", "workingIcebergQty": 1}, -1160),
        ({"pendingType": "STOP_LOSS"}, -1106),
        ({"pendingSide": "HOLD"}, -1117),
        ({"pendingQuantity": "0.0001"}, -1013),
        ({"pendingStopPrice": 1}, -1106),
        ({"workingPrice": 110, "workingQuantity": 10**6}, -1013),
    ],
)
def test_a_bad_order_in_a_list_is_refused_with_its_code(pit: Pit, changes: dict[str, object], code: int) -> None:
    assert pit.send("POST", f"{LIST}/oto", **(OTO | changes)).error == (400, code)


def test_lists_have_names_and_limits(pit: Pit) -> None:
    placed(pit, "oto", OTO, listClientOrderId="taken")
    assert pit.send("POST", f"{LIST}/oto", **OTO, listClientOrderId="taken").error == (400, -2010)
    for _ in range(19):
        placed(pit, "oto", OTO)
    refused = pit.send("POST", f"{LIST}/oto", **OTO)
    assert refused.json == {"code": -1013, "msg": "Filter failure: MAX_NUM_ORDER_LISTS"}
    assert pit.send("POST", f"{LIST}/oco", POOR, **OCO).error == (400, -2010)


def test_the_deprecated_pair_has_its_old_names(pit: Pit) -> None:
    old: dict[str, object] = {"side": "SELL", "quantity": 1, "price": 130, "stopPrice": 110}
    names = {"limitClientOrderId": "up", "stopClientOrderId": "down"}
    pair = pit.send("POST", "/api/v3/order/oco", **old, **names).json
    assert {report["clientOrderId"]: report["type"] for report in pair["orderReports"]} == {
        "up": "LIMIT_MAKER",
        "down": "STOP_LOSS",
    }
    limited = old | {"stopLimitPrice": 109}
    assert pit.send("POST", "/api/v3/order/oco", **limited).error == (400, -1102)
    assert pit.send("POST", "/api/v3/order/oco", **limited, stopLimitTimeInForce="GTC").status == 200
    buy = old | {"side": "BUY", "price": 110, "stopPrice": 130}
    assert pit.send("POST", "/api/v3/order/oco", **buy).json["contingencyType"] == "OCO"
    assert pit.send("POST", "/api/v3/order/oco", **(old | {"price": 110})).error == (400, -2010)
    assert pit.send("POST", "/api/v3/order/oco", **old, trailingTime=1).error == (400, -1104)
