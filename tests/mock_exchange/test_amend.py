"""Amending an order: less of it, at the same place in the queue."""

import pytest

from tests.mock_exchange.pit import ORDER, Pit
from tests.mock_exchange.served import OTHER, Reply

AMEND = f"{ORDER}/amend/keepPriority"
AMENDED = {
    *("symbol", "orderId", "orderListId", "origClientOrderId", "clientOrderId", "price", "qty", "executedQty"),
    *("preventedQty", "quoteOrderQty", "cumulativeQuoteQty", "status", "timeInForce", "type", "side"),
    *("workingTime", "selfTradePreventionMode"),
}


def amend(pit: Pit, order_id: object, quantity: object, **parameters: object) -> Reply:
    return pit.send("PUT", AMEND, orderId=order_id, newQty=quantity, **parameters)


def test_an_order_becomes_smaller_and_keeps_its_place(pit: Pit) -> None:
    first = pit.limit("SELL", 125, quantity=5, newClientOrderId="first")
    second = pit.limit("SELL", 125, quantity=5)
    reply = amend(pit, first["orderId"], 3).json
    assert set(reply) == {"transactTime", "executionId", "amendedOrder"}
    amended = reply["amendedOrder"]
    assert set(amended) == AMENDED
    assert (amended["orderId"], amended["qty"], amended["status"]) == (first["orderId"], "3.00000000", "NEW")
    assert amended["origClientOrderId"] == "first"
    assert amended["clientOrderId"] not in ("", "first")
    assert amended["workingTime"] == first["workingTime"]
    pit.limit("BUY", 125, OTHER, quantity=3)
    assert pit.order(first["orderId"])["status"] == "FILLED"
    assert pit.order(second["orderId"])["status"] == "NEW"


def test_an_amended_order_frees_what_it_no_longer_needs_and_answers_to_its_new_name(pit: Pit) -> None:
    order = pit.limit("SELL", 125, quantity=5)
    assert pit.locked("LTC") == 5
    amend(pit, order["orderId"], 2, newClientOrderId="renamed")
    assert pit.locked("LTC") == 2
    found = pit.send("GET", ORDER, origClientOrderId="renamed").json
    assert (found["orderId"], found["origQty"]) == (order["orderId"], "2.00000000")
    assert pit.send("GET", ORDER, origClientOrderId=order["clientOrderId"]).error == (400, -2013)
    kept = pit.send("PUT", AMEND, origClientOrderId="renamed", newQty=1, newClientOrderId="renamed").json
    assert kept["amendedOrder"]["clientOrderId"] == "renamed"


def test_the_history_of_an_order_is_told(pit: Pit) -> None:
    history = ("GET", f"{ORDER}/amendments")
    order = pit.limit("SELL", 125, quantity=5, newClientOrderId="one")
    assert pit.send(*history, orderId=order["orderId"]).json == []
    ids = [
        amend(pit, order["orderId"], quantity, newClientOrderId=name).json["executionId"]
        for quantity, name in ((4, "two"), (3, "three"))
    ]
    told = pit.send(*history, orderId=order["orderId"]).json
    assert [each["executionId"] for each in told] == ids == sorted(ids)
    assert (told[1]["origClientOrderId"], told[1]["newClientOrderId"]) == ("two", "three")
    assert (told[1]["origQty"], told[1]["newQty"]) == ("4.00000000", "3.00000000")
    assert set(told[0]) == {
        *("symbol", "orderId", "executionId", "origClientOrderId", "newClientOrderId"),
        *("origQty", "newQty", "time"),
    }
    assert pit.send(*history, orderId=order["orderId"], fromExecutionId=ids[1]).json == told[1:]
    assert pit.send(*history, orderId=order["orderId"], limit=1).json == told[:1]
    assert pit.send(*history, OTHER, orderId=order["orderId"]).json == []
    assert pit.send(*history).error == (400, -1102)


def test_both_orders_of_a_pair_become_smaller(pit: Pit) -> None:
    pair: dict[str, object] = {"side": "SELL", "quantity": 5, "aboveType": "LIMIT_MAKER", "abovePrice": 130}
    pair |= {"belowType": "STOP_LOSS", "belowStopPrice": 110}
    above, below = (each["orderId"] for each in pit.send("POST", "/api/v3/orderList/oco", **pair).json["orders"])
    reply = amend(pit, below, 3, newClientOrderId="less").json
    assert "workingTime" not in reply["amendedOrder"]
    told = reply["listStatus"]
    assert (told["contingencyType"], told["listOrderStatus"]) == ("OCO", "EXECUTING")
    assert [each["clientOrderId"] for each in told["orders"]][1] == "less"
    assert [pit.order(each)["origQty"] for each in (above, below)] == ["3.00000000"] * 2


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(6, -2038), (5, -2038), (0, -1013), ("0.0001", -1013), ("0.01", -1013), ("x", -1100), ("", -1102)],
)
def test_only_a_smaller_quantity_is_an_amendment(pit: Pit, quantity: object, code: int) -> None:
    order = pit.limit("SELL", 125, quantity=5)
    assert amend(pit, order["orderId"], quantity).error == (400, code)
    assert pit.order(order["orderId"])["origQty"] == "5.00000000"


def test_an_order_can_be_amended_ten_times(pit: Pit) -> None:
    order = pit.limit("SELL", 125, quantity=20)
    for number in range(10):
        assert amend(pit, order["orderId"], 19 - number).status == 200
    assert amend(pit, order["orderId"], 1).error == (400, -2038)


def test_what_is_not_there_cannot_be_amended(pit: Pit) -> None:
    order = pit.limit("SELL", 125, quantity=5)
    assert pit.send("PUT", AMEND, newQty=1).error == (400, -1102)
    assert amend(pit, 10**15, 1).json == {"code": -2038, "msg": "Unknown order sent."}
    assert pit.send("PUT", AMEND, OTHER, orderId=order["orderId"], newQty=1).error == (400, -2038)
    pit.limit("SELL", 126, newClientOrderId="taken")
    assert amend(pit, order["orderId"], 1, newClientOrderId="taken").error == (400, -2038)


def test_an_order_that_has_executed_more_expires(pit: Pit) -> None:
    order = pit.limit("SELL", 125, quantity=5)
    pit.limit("BUY", 125, OTHER, quantity=3)
    amended = amend(pit, order["orderId"], 2).json["amendedOrder"]
    assert (amended["status"], amended["executedQty"]) == ("EXPIRED", "3.00000000")
