"""Of a cancel and a new order only one is done, and the reply says which, in the venue's words."""

import pytest

from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import marks, truth
from tests.mock_exchange.pit import ORDER, Pit
from tests.mock_exchange.served import POOR
from tests.mock_exchange.test_replace import REPLACE, replace

KIND = "half_cancel_replace"


def test_the_old_order_goes_and_no_new_one_comes(pit: Pit) -> None:
    old = pit.limit("BUY", 100, newClientOrderId="half-old")["orderId"]
    with fault(pit.exchange, KIND, done="cancel") as evidence:
        reply = replace(pit, cancelOrderId=old, newClientOrderId="half-never")
    assert (reply.error, marks(reply), evidence.hits) == ((409, -2021), [KIND], 1)
    told = reply.json["data"]
    assert (told["cancelResult"], told["cancelResponse"]["status"]) == ("SUCCESS", "CANCELED")
    assert (told["newOrderResult"], told["newOrderResponse"]["code"]) == ("FAILURE", -2010)
    assert pit.order(old)["status"] == "CANCELED"
    assert not truth(pit.exchange, "half-never")["accepted"]


@pytest.mark.parametrize("mode", ["STOP_ON_FAILURE", "ALLOW_FAILURE"])
def test_the_new_order_comes_and_the_old_one_stays(pit: Pit, mode: str) -> None:
    old = pit.limit("BUY", 100)["orderId"]
    with fault(pit.exchange, KIND, done="order") as evidence:
        reply = replace(pit, mode, cancelOrderId=old, newClientOrderId="half-new")
    assert (reply.error, marks(reply), evidence.hits) == ((409, -2021), [KIND], 1)
    told = reply.json["data"]
    assert (told["cancelResult"], told["cancelResponse"]["code"]) == ("FAILURE", -2011)
    assert (told["newOrderResult"], told["newOrderResponse"]["status"]) == ("SUCCESS", "NEW")
    assert [order["clientOrderId"] for order in pit.send("GET", "/api/v3/openOrders").json][-1] == "half-new"
    assert pit.order(old)["status"] == "NEW"
    pit.send("DELETE", "/api/v3/openOrders")


def test_what_the_engine_refuses_too_leaves_nothing_done(pit: Pit) -> None:
    order = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": 99, "quantity": "0.1"}
    old = pit.send("POST", ORDER, POOR, **order).json["orderId"]
    again = order | {"price": 98, "cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": old}
    with fault(pit.exchange, KIND, done="order"):
        reply = pit.send("POST", REPLACE, POOR, **again)  # the old one holds what the new one needs
    assert reply.error == (400, -2022)
    assert pit.order(old, POOR)["status"] == "NEW"
    pit.send("DELETE", "/api/v3/openOrders", POOR)


def test_a_replacement_that_nothing_was_changed_of_is_not_touched(pit: Pit) -> None:
    with fault(pit.exchange, KIND, done="cancel") as evidence:
        reply = replace(pit, cancelOrigClientOrderId="never")
        assert (reply.error, marks(reply)) == ((400, -2022), [])
        assert pit.limit("BUY", 99)["status"] == "NEW"
    assert evidence.hits == 0


def test_it_is_whole_again_afterwards(pit: Pit) -> None:
    old = pit.limit("BUY", 100)["orderId"]
    with fault(pit.exchange, KIND):
        pass
    assert replace(pit, cancelOrderId=old).status == 200
    assert [order["price"] for order in pit.send("GET", "/api/v3/openOrders").json] == ["101.00000000"]
    pit.send("DELETE", "/api/v3/openOrders")
