"""Orders that wait for a price, hide, or are labelled, over HTTP."""

import pytest

from tests.mock_exchange.pit import ORDER, SYMBOL, Pit
from tests.mock_exchange.served import OTHER, POOR


def test_a_stop_loss_waits_for_its_price_and_becomes_a_market_order(pit: Pit) -> None:
    pit.limit("BUY", 109, OTHER, quantity=5)
    placed = pit.place("SELL", "STOP_LOSS", stopPrice=110).json
    assert (placed["status"], placed["stopPrice"], placed["workingTime"]) == ("NEW", "110.00000000", -1)
    assert placed["price"] == "0.00000000"
    waiting = pit.order(placed["orderId"])
    assert (waiting["isWorking"], waiting["workingTime"], waiting["stopPrice"]) == (False, -1, "110.00000000")
    pit.trade_at(110)
    done = pit.order(placed["orderId"])
    assert (done["status"], done["cummulativeQuoteQty"], done["isWorking"]) == ("FILLED", "109.00000000", True)
    assert done["workingTime"] >= placed["transactTime"]


def test_a_stop_limit_enters_the_book_when_its_price_comes(pit: Pit) -> None:
    placed = pit.place("BUY", "STOP_LOSS_LIMIT", stopPrice=130, price=131, timeInForce="GTC").json
    assert pit.exchange.get("/api/v3/depth", symbol=SYMBOL).json["bids"] == []
    pit.trade_at(130)
    assert pit.exchange.get("/api/v3/depth", symbol=SYMBOL).json["bids"] == [["131.00000000", "1.00000000"]]
    assert pit.order(placed["orderId"])["status"] == "NEW"


def test_a_take_profit_waits_on_the_other_side(pit: Pit) -> None:
    pit.limit("BUY", 119, OTHER, quantity=5)
    placed = pit.place("SELL", "TAKE_PROFIT", stopPrice=125).json
    pit.trade_at(125)
    assert pit.order(placed["orderId"])["status"] == "FILLED"
    limited = pit.place("BUY", "TAKE_PROFIT_LIMIT", stopPrice=118, price=117, timeInForce="GTC").json
    assert limited["status"] == "NEW"


def test_a_trailing_stop_says_what_it_trails_by(pit: Pit) -> None:
    pit.limit("BUY", 100, OTHER, quantity=5)
    placed = pit.place("SELL", "STOP_LOSS", trailingDelta=1000).json
    assert (placed["trailingDelta"], placed["stopPrice"]) == (1000, "0.00000000")
    assert placed["trailingTime"] > 0
    pit.trade_at(150)
    pit.trade_at(136)
    assert pit.order(placed["orderId"])["status"] == "NEW"
    pit.trade_at(135)
    assert pit.order(placed["orderId"])["status"] == "FILLED"
    not_yet = pit.place("SELL", "STOP_LOSS", stopPrice=90, trailingDelta=100).json
    assert not_yet["trailingTime"] == -1


def test_other_types_answer_with_an_acknowledgement_by_default(pit: Pit) -> None:
    order = {"side": "SELL", "type": "STOP_LOSS", "quantity": 1, "stopPrice": 100}
    reply = pit.send("POST", ORDER, **order).json
    assert set(reply) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
    full = pit.send("POST", ORDER, **order, newOrderRespType="FULL").json
    assert (full["fills"], full["status"]) == ([], "NEW")


def test_a_stop_whose_price_has_come_already_is_refused(pit: Pit) -> None:
    refused = pit.place("SELL", "STOP_LOSS", stopPrice=121)
    assert (refused.status, refused.json) == (400, {"code": -2010, "msg": "Order would trigger immediately."})


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"stopPrice": 2_000_000}, "PRICE_FILTER"),
        ({"trailingDelta": 9}, "TRAILING_DELTA"),
        ({"trailingDelta": 2001}, "TRAILING_DELTA"),
        ({"stopPrice": 100, "quantity": "0.0001"}, "LOT_SIZE"),
    ],
)
def test_stops_have_filters_of_their_own(pit: Pit, parameters: dict[str, object], name: str) -> None:
    assert pit.place("SELL", "STOP_LOSS", **parameters).json == {"code": -1013, "msg": f"Filter failure: {name}"}


def test_only_a_few_stops_may_wait_at_a_time(pit: Pit) -> None:
    for number in range(5):
        assert pit.place("SELL", "STOP_LOSS", stopPrice=100 + number).status == 200
    refused = pit.place("SELL", "STOP_LOSS", stopPrice=99)
    assert refused.json == {"code": -1013, "msg": "Filter failure: MAX_NUM_ALGO_ORDERS"}


def test_an_iceberg_shows_a_part_of_itself(pit: Pit) -> None:
    placed = pit.limit("SELL", 125, quantity=10, icebergQty=2)
    assert placed["icebergQty"] == "2.00000000"
    asks = pit.exchange.get("/api/v3/depth", symbol=SYMBOL).json["asks"]
    assert asks == [["125.00000000", "2.00000000"]]
    assert pit.limit("BUY", 125, OTHER, quantity=7)["status"] == "FILLED"
    assert pit.order(placed["orderId"])["executedQty"] == "7.00000000"
    assert "icebergQty" not in pit.limit("SELL", 125)


def test_an_iceberg_of_too_many_parts_is_refused(pit: Pit) -> None:
    order = {"price": 125, "timeInForce": "GTC", "quantity": 101, "icebergQty": 1}
    assert pit.place("SELL", "LIMIT", **order).json["msg"] == "Filter failure: ICEBERG_PARTS"
    assert pit.place("SELL", "LIMIT_MAKER", price=125, quantity=4, icebergQty=1).status == 200


@pytest.mark.parametrize(
    ("mode", "taker", "maker"),
    [
        ("EXPIRE_TAKER", "EXPIRED_IN_MATCH", "NEW"),
        ("EXPIRE_MAKER", "NEW", "EXPIRED_IN_MATCH"),
        ("EXPIRE_BOTH", "EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"),
        ("DECREMENT", "EXPIRED_IN_MATCH", "NEW"),
    ],
)
def test_an_account_is_kept_from_trading_with_itself(pit: Pit, mode: str, taker: str, maker: str) -> None:
    resting = pit.limit("SELL", 125, quantity=3)
    placed = pit.limit("BUY", 125, selfTradePreventionMode=mode)
    after = pit.order(resting["orderId"])
    assert (placed["status"], after["status"]) == (taker, maker)
    assert placed["selfTradePreventionMode"] == mode
    lost = placed if taker == "EXPIRED_IN_MATCH" else after
    matches = pit.send("GET", "/api/v3/myPreventedMatches", preventedMatchId=lost["preventedMatchId"]).json
    assert [match["selfTradePreventionMode"] for match in matches] == [mode]
    assert (matches[0]["takerOrderId"], matches[0]["makerOrderId"]) == (placed["orderId"], resting["orderId"])
    assert matches[0]["price"] == "125.00000000"
    assert float(lost["preventedQuantity"]) > 0


def test_prevented_matches_are_found_by_order(pit: Pit) -> None:
    matches = ("GET", "/api/v3/myPreventedMatches")
    for price in (125, 126, 127):
        pit.limit("SELL", price)
    taker = pit.limit("BUY", 127, quantity=4, selfTradePreventionMode="EXPIRE_MAKER")["orderId"]
    found = pit.send(*matches, orderId=taker).json
    assert [match["price"] for match in found] == ["125.00000000", "126.00000000", "127.00000000"]
    assert [match["makerPreventedQuantity"] for match in found] == ["1.00000000"] * 3
    later = pit.send(*matches, orderId=taker, fromPreventedMatchId=found[1]["preventedMatchId"], limit=1).json
    assert later == found[1:2]
    assert pit.send(*matches, OTHER, orderId=taker).json == []
    for wrong in ({}, {"orderId": 1, "preventedMatchId": 1}, {"preventedMatchId": 1, "fromPreventedMatchId": 1}):
        assert pit.send(*matches, **wrong).error == (400, -1128)


def test_a_market_order_by_quote_amount_says_what_it_came_to(pit: Pit) -> None:
    pit.limit("SELL", 125, OTHER, quantity=10)
    reply = pit.send("POST", ORDER, side="BUY", type="MARKET", quoteOrderQty=300).json
    assert (reply["status"], reply["origQty"], reply["origQuoteOrderQty"]) == (
        "FILLED",
        "2.40000000",
        "300.00000000",
    )
    assert reply["cummulativeQuoteQty"] == "300.00000000"


def test_who_cannot_pay_for_a_stop_is_refused(pit: Pit) -> None:
    refused = pit.place("SELL", "STOP_LOSS", POOR, stopPrice=100)
    assert refused.error == (400, -2010)
