"""What every call about orders answers while a market is closed, or open for cancels only."""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.pit import ORDER, SYMBOL, Pit
from tests.mock_exchange.served import TOKEN, Json, Served

PAIR = {"side": "SELL", "quantity": 1, "aboveType": "LIMIT_MAKER", "abovePrice": 130, "belowType": "STOP_LOSS"}
PAIR |= {"belowStopPrice": 110}
CLOSED = "Market is closed."


def change(exchange: Served, status: str) -> None:
    reply = exchange.call("POST", f"/status?symbol={SYMBOL}&status={status}", port="admin", token=TOKEN)
    assert reply.status == 200


@pytest.fixture
def resting(pit: Pit) -> Iterator[Json]:
    """An order that was placed before anything was closed; trading goes on when the test is over."""
    yield pit.limit("SELL", 130, quantity=5)
    change(pit.exchange, "TRADING")


@pytest.mark.parametrize("status", ["HALT", "BREAK", "CANCEL_ONLY"])
def test_nothing_new_is_taken(pit: Pit, resting: Json, status: str) -> None:
    change(pit.exchange, status)
    for kind, parameters in (("LIMIT_MAKER", {"price": 130}), ("MARKET", {}), ("STOP_LOSS", {"stopPrice": 110})):
        assert pit.place("SELL", kind, **parameters).json == {"code": -2010, "msg": CLOSED}
    assert pit.send("POST", "/api/v3/orderList/oco", **PAIR).json == {"code": -2010, "msg": CLOSED}
    assert pit.send("POST", f"{ORDER}/test", side="SELL", type="MARKET", quantity=1).json == {}
    assert [order["orderId"] for order in pit.send("GET", "/api/v3/openOrders").json] == [resting["orderId"]]


@pytest.mark.parametrize("status", ["HALT", "BREAK"])
def test_nothing_is_canceled_or_amended_in_a_closed_market(pit: Pit, resting: Json, status: str) -> None:
    pair = pit.send("POST", "/api/v3/orderList/oco", **PAIR).json
    change(pit.exchange, status)
    refused = {"code": -2011, "msg": CLOSED}
    assert pit.send("DELETE", ORDER, orderId=resting["orderId"]).json == refused
    assert pit.send("DELETE", "/api/v3/openOrders").json == refused
    assert pit.send("DELETE", "/api/v3/orderList", orderListId=pair["orderListId"]).json == refused
    amendment = pit.send("PUT", f"{ORDER}/amend/keepPriority", orderId=resting["orderId"], newQty=1)
    assert amendment.json == {"code": -2038, "msg": CLOSED}
    assert len(pit.send("GET", "/api/v3/openOrders").json) == 3


def test_orders_can_be_taken_out_while_only_cancels_are_taken(pit: Pit, resting: Json) -> None:
    change(pit.exchange, "CANCEL_ONLY")
    order = {"side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "price": 131, "quantity": 1}
    names = {"cancelReplaceMode": "ALLOW_FAILURE", "cancelOrderId": resting["orderId"]}
    replaced = pit.send("POST", f"{ORDER}/cancelReplace", **order, **names)
    assert replaced.error == (409, -2021)
    assert replaced.json["data"]["newOrderResponse"] == {"code": -2010, "msg": CLOSED}
    assert pit.order(resting["orderId"])["status"] == "CANCELED"
