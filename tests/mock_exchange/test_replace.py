"""Replacing an order: what becomes of the old one and the new one, and how it is told."""

import pytest

from tests.mock_exchange.pit import ORDER, Pit
from tests.mock_exchange.served import POOR, Reply

REPLACE = f"{ORDER}/cancelReplace"


def replace(pit: Pit, mode: str = "STOP_ON_FAILURE", **parameters: object) -> Reply:
    order = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": 101, "quantity": 1}
    return pit.send("POST", REPLACE, **(order | {"cancelReplaceMode": mode} | parameters))


def test_one_order_goes_and_another_comes(pit: Pit) -> None:
    old = pit.limit("BUY", 100, newClientOrderId="old")
    reply = replace(pit, cancelOrderId=old["orderId"], cancelNewClientOrderId="gone", newClientOrderId="new")
    assert reply.status == 200
    told = reply.json
    assert (told["cancelResult"], told["newOrderResult"]) == ("SUCCESS", "SUCCESS")
    canceled, placed = told["cancelResponse"], told["newOrderResponse"]
    assert (canceled["origClientOrderId"], canceled["clientOrderId"], canceled["status"]) == ("old", "gone", "CANCELED")
    assert (placed["clientOrderId"], placed["status"], placed["price"], placed["fills"]) == (
        "new",
        "NEW",
        "101.00000000",
        [],
    )
    assert [order["clientOrderId"] for order in pit.send("GET", "/api/v3/openOrders").json] == ["new"]


def test_what_the_old_order_held_pays_for_the_new_one(pit: Pit) -> None:
    def send(method: str, path: str, **parameters: object) -> Reply:
        return pit.send(method, path, POOR, **parameters)

    order = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": 99}
    old = send("POST", ORDER, **order, quantity="0.1").json["orderId"]
    again = order | {"price": 98, "quantity": "0.1", "cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": old}
    assert send("POST", REPLACE, **again).json["newOrderResult"] == "SUCCESS"
    send("DELETE", "/api/v3/openOrders")


def test_nothing_is_placed_where_nothing_could_be_canceled(pit: Pit) -> None:
    reply = replace(pit, cancelOrigClientOrderId="never")
    assert reply.status == 400
    assert reply.json == {
        "code": -2022,
        "msg": "Order cancel-replace failed.",
        "data": {
            "cancelResult": "FAILURE",
            "newOrderResult": "NOT_ATTEMPTED",
            "cancelResponse": {"code": -2011, "msg": "Unknown order sent."},
            "newOrderResponse": None,
        },
    }
    assert pit.send("GET", "/api/v3/openOrders").json == []


def test_the_new_order_may_be_placed_all_the_same(pit: Pit) -> None:
    reply = replace(pit, "ALLOW_FAILURE", cancelOrigClientOrderId="never", newOrderRespType="ACK")
    assert (reply.status, reply.json["code"]) == (409, -2021)
    data = reply.json["data"]
    assert (data["cancelResult"], data["newOrderResult"]) == ("FAILURE", "SUCCESS")
    assert data["cancelResponse"] == {"code": -2011, "msg": "Unknown order sent."}
    placed = data["newOrderResponse"]
    assert set(placed) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
    assert [order["orderId"] for order in pit.send("GET", "/api/v3/openOrders").json] == [placed["orderId"]]


@pytest.mark.parametrize("mode", ["STOP_ON_FAILURE", "ALLOW_FAILURE"])
def test_the_old_order_is_gone_even_where_the_new_one_is_refused(pit: Pit, mode: str) -> None:
    old = pit.limit("SELL", 130)
    taken = {"type": "LIMIT_MAKER", "price": 125, "quantity": 1}
    pit.limit("SELL", 125)
    order = {"side": "BUY", "cancelReplaceMode": mode, "cancelOrderId": old["orderId"]}
    reply = pit.send("POST", REPLACE, **order, **taken)
    assert (reply.status, reply.json["code"], reply.json["msg"]) == (
        409,
        -2021,
        "Order cancel-replace partially failed.",
    )
    data = reply.json["data"]
    assert (data["cancelResult"], data["newOrderResult"]) == ("SUCCESS", "FAILURE")
    assert data["cancelResponse"]["orderId"] == old["orderId"]
    assert data["newOrderResponse"] == {"code": -2010, "msg": "Order would immediately match and take."}
    assert pit.order(old["orderId"])["status"] == "CANCELED"


def test_both_may_fail(pit: Pit) -> None:
    pit.limit("BUY", 100, newClientOrderId="taken")
    reply = replace(pit, "ALLOW_FAILURE", cancelOrigClientOrderId="never", newClientOrderId="taken")
    assert (reply.status, reply.json["code"]) == (400, -2022)
    data = reply.json["data"]
    assert (data["cancelResult"], data["newOrderResult"]) == ("FAILURE", "FAILURE")
    assert data["newOrderResponse"] == {"code": -2010, "msg": "Duplicate order sent."}


def test_an_order_of_a_list_goes_with_its_list(pit: Pit) -> None:
    pair: dict[str, object] = {"side": "SELL", "quantity": 1, "aboveType": "LIMIT_MAKER", "abovePrice": 130}
    pair |= {"belowType": "STOP_LOSS", "belowStopPrice": 110}
    made = pit.send("POST", "/api/v3/orderList/oco", **pair).json
    told = replace(pit, cancelOrderId=made["orders"][0]["orderId"]).json
    assert told["cancelResponse"]["orderListId"] == made["orderListId"]
    assert [each["status"] for each in told["cancelResponse"]["orderReports"]] == ["CANCELED", "CANCELED"]
    assert told["newOrderResponse"]["status"] == "NEW"


def test_restrictions_hold_for_the_cancel(pit: Pit) -> None:
    old = pit.limit("BUY", 100)
    reply = replace(pit, cancelOrderId=old["orderId"], cancelRestrictions="ONLY_PARTIALLY_FILLED")
    text = "Order was not canceled due to cancel restrictions."
    assert reply.json["data"]["cancelResponse"] == {"code": -2011, "msg": text}
    assert pit.order(old["orderId"])["status"] == "NEW"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cancelReplaceMode": "MAYBE"}, -1130),
        ({"cancelReplaceMode": ""}, -1102),
        ({"orderRateLimitExceededMode": "MAYBE"}, -1130),
        ({"orderRateLimitExceededMode": "CANCEL_ONLY"}, -1020),
        ({"cancelRestrictions": "x"}, -1145),
        ({"price": "cheap"}, -1100),
        ({"quantity": "0.001"}, -1013),
        ({"cancelOrderId": "one"}, -1100),
        ({"somethingElse": 1}, -1104),
    ],
)
def test_what_cannot_be_read_is_refused_before_anything_is_done(
    pit: Pit, changes: dict[str, object], code: int
) -> None:
    old = pit.limit("BUY", 100)
    assert replace(pit, **({"cancelOrderId": old["orderId"]} | changes)).error == (400, code)
    assert pit.order(old["orderId"])["status"] == "NEW"


def test_to_do_nothing_beyond_the_limit_is_what_happens_anyway(pit: Pit) -> None:
    old = pit.limit("BUY", 100)
    assert replace(pit, cancelOrderId=old["orderId"], orderRateLimitExceededMode="DO_NOTHING").status == 200


def test_the_old_order_has_to_be_named(pit: Pit) -> None:
    reply = replace(pit)
    assert reply.error == (400, -1102)
    assert "cancelOrderId" in reply.json["msg"]
