"""Orders are shown as if nothing of them were executed, while balances, trades and the truth tell what was."""

import threading

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.dealing import SYMBOL, deal, order_of, place, true_order
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.test_silent_stream import OF_A_DEAL
from tests.mock_exchange.served import OTHER, OWN, Json, Served, limit_order
from tests.mock_exchange.ws_api.api_client import api
from tests.mock_exchange.ws_api.test_user_data import last_words, what

NOTHING = "0.00000000"


def is_blank(order: Json) -> bool:
    shown = (order["executedQty"], order["cummulativeQuoteQty"], order["status"], order.get("fills", []))
    return shown == (NOTHING, NOTHING, "NEW", [])


def test_neither_replies_nor_events_show_a_fill_that_the_ledger_has(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "unseen_fills") as evidence:
            bought = deal(venue)
            assert is_blank(bought)
            assert is_blank(order_of(venue, bought["orderId"]))
            last = venue.signed_call("GET", "/api/v3/allOrders", symbol=SYMBOL, orderId=bought["orderId"]).json
            assert [is_blank(order) for order in last] == [True]
            assert what(own.told(2)) == [("NEW", "NEW"), ("outboundAccountPosition",)]
            true = true_order(venue, bought["orderId"])
            assert (true["status"], true["executedQty"]) == ("FILLED", "1.00000000")
            trades = venue.signed_call("GET", "/api/v3/myTrades", symbol=SYMBOL, orderId=bought["orderId"]).json
            assert [trade["qty"] for trade in trades] == ["1.00000000"]
        assert evidence.hits == 4
        seen = order_of(venue, bought["orderId"])
        assert (seen["status"], seen["executedQty"]) == ("FILLED", "1.00000000")
        again = deal(venue)
        assert (again["status"], len(again["fills"])) == ("FILLED", 1)
        assert what(own.told(3)) == OF_A_DEAL


def test_what_ends_an_order_is_told_without_its_fills(venue: Served) -> None:
    with api(venue) as other:
        other.subscribe(OTHER)
        with fault(venue, "unseen_fills"):
            sold = place(venue, OTHER, "SELL", quantity=3)
            deal_with = place(venue, OWN, "BUY")
            assert is_blank(deal_with)
            amended = venue.signed_call(
                "PUT", "/api/v3/order/amend/keepPriority", OTHER, symbol=SYMBOL, orderId=sold["orderId"], newQty=2
            ).json["amendedOrder"]
            assert (amended["executedQty"], amended["cumulativeQuoteQty"], amended["status"]) == (
                NOTHING,
                NOTHING,
                "NEW",
            )
            replaced = venue.signed_call(
                "POST",
                "/api/v3/order/cancelReplace",
                OTHER,
                **limit_order(symbol=SYMBOL, side="SELL", quantity=1, price=200),
                cancelReplaceMode="STOP_ON_FAILURE",
                cancelOrderId=sold["orderId"],
            ).json
            canceled = replaced["cancelResponse"]
            assert (canceled["executedQty"], canceled["status"]) == (NOTHING, "CANCELED")
            last_words(other)
        told = [message["event"] for message in other.events]
        reports = [(each["x"], each["X"], each["z"]) for each in told if each["e"] == "executionReport"]
        assert reports == [
            ("NEW", "NEW", NOTHING),
            ("REPLACED", "NEW", NOTHING),
            ("CANCELED", "CANCELED", NOTHING),
            ("NEW", "NEW", NOTHING),
        ]
        assert order_of(venue, sold["orderId"], OTHER)["executedQty"] == "1.00000000"
        venue.signed_call("DELETE", "/api/v3/openOrders", OTHER, symbol=SYMBOL)


def test_an_error_that_tells_of_an_order_is_as_blind(venue: Served) -> None:
    sold = place(venue, OTHER, "SELL", quantity=2)
    place(venue, OWN, "BUY")
    resting = place(venue, OWN, "BUY", 99)
    order = {"symbol": SYMBOL, "side": "SELL", "type": "LIMIT_MAKER", "quantity": 1, "price": 99}
    with fault(venue, "unseen_fills") as evidence:
        reply = venue.signed_call(
            "POST",
            "/api/v3/order/cancelReplace",
            OTHER,
            **order,
            cancelReplaceMode="STOP_ON_FAILURE",
            cancelOrderId=sold["orderId"],
        )
        assert reply.error == (409, -2021)
        assert reply.json["data"]["cancelResponse"]["executedQty"] == NOTHING
    assert evidence.hits == 1
    assert order_of(venue, sold["orderId"], OTHER)["executedQty"] == "1.00000000"
    venue.signed_call("DELETE", "/api/v3/order", symbol=SYMBOL, orderId=resting["orderId"])


def test_the_websocket_api_is_as_blind(venue: Served) -> None:
    with api(venue) as own:
        place(venue, OTHER, "SELL")
        order = limit_order(symbol=SYMBOL, quantity=1, price=100)
        with fault(venue, "unseen_fills", on={"client_order_id": "blind-1"}) as evidence:
            assert is_blank(own.signed("order.place", OWN, **order, newClientOrderId="blind-1")["result"])
            place(venue, OTHER, "SELL")
            seen = own.signed("order.place", OWN, **order, newClientOrderId="seen-1")["result"]
            assert seen["status"] == "FILLED"
        assert evidence.hits == 1


def test_only_acknowledgements_can_be_meant(venue: Served) -> None:
    with fault(venue, "unseen_fills", on={"op": "order.place"}) as evidence:
        bought = deal(venue)
        assert is_blank(bought)
        assert order_of(venue, bought["orderId"])["status"] == "FILLED"
    assert evidence.hits == 1


def test_a_request_that_was_queued_under_it_and_is_served_after_it_tells_the_truth(venue: Served) -> None:
    place(venue, OTHER, "SELL")
    replies: list[Json] = []
    with fault(venue, "engine_pause"):
        with fault(venue, "unseen_fills"):
            buying = threading.Thread(target=lambda: replies.append(place(venue, OWN, "BUY")))
            buying.start()
            eventually(lambda: venue.call("GET", "/health", port="admin").json["queued"] == 1, "the order in the queue")
        assert replies == []
    buying.join(20)
    assert [reply["status"] for reply in replies] == ["FILLED"]


def unseen(venue: Served, seed: int) -> list[int]:
    with fault(venue, "unseen_fills", seed=seed, probability=0.5) as evidence:
        blank = [number for number in range(20) if is_blank(deal(venue))]
    assert len(blank) == evidence.hits
    return blank


def test_the_same_seed_hides_the_same_fills_and_another_seed_others(venue: Served) -> None:
    blank = unseen(venue, seed=1)
    assert 0 < len(blank) < 20
    assert unseen(venue, seed=1) == blank
    assert unseen(venue, seed=2) != blank
