"""User data over a real connection to a real process: each event of both sides of a fill, order by order."""

import random
from collections import Counter

from tests.mock_exchange.served import OTHER, OWN, POOR, Account, Json, Served, limit_order, now_ms, serving
from tests.mock_exchange.ws_api.api_client import ApiClient, api
from tests.mock_exchange.ws_api.test_requests import error

EMPTY_BOOKS = {"market": {"levels": 0}}


def place(exchange: Served, account: Account, side: str, quantity: object, price: object, **changes: object) -> Json:
    parameters = limit_order(symbol="LTCUSDT", side=side, quantity=quantity, price=price, **changes)
    reply = exchange.signed_call("POST", "/api/v3/order", account, **parameters)
    assert reply.status == 200, reply.body
    return reply.json


def what(events: list[Json]) -> list[tuple[str, ...]]:
    """Execution and status of reports, the kind of everything else."""
    return [(event["x"], event["X"]) if event["e"] == "executionReport" else (event["e"],) for event in events]


def test_both_sides_of_a_fill_are_told_event_by_event() -> None:
    with serving(EMPTY_BOOKS) as exchange, api(exchange) as maker, api(exchange) as taker:
        assert (maker.subscribe(OTHER), taker.subscribe(OWN)) == (0, 0)
        resting = place(exchange, OTHER, "SELL", 3, 100)
        assert what(maker.told(2)) == [("NEW", "NEW"), ("outboundAccountPosition",)]
        crossing = place(exchange, OWN, "BUY", 1, 100)
        made, made_position = maker.told(2)
        new, taken, taken_position = taker.told(3)
        assert what([made]) == [("TRADE", "PARTIALLY_FILLED")]
        assert what([new, taken]) == [("NEW", "NEW"), ("TRADE", "FILLED")]
        assert (made["i"], taken["i"]) == (resting["orderId"], crossing["orderId"])
        assert made["t"] == taken["t"] == crossing["fills"][0]["tradeId"]
        assert (made["m"], made["S"], made["z"], made["n"], made["N"]) == (
            True,
            "SELL",
            "1.00000000",
            "0.10000000",
            "USDT",
        )
        assert (taken["m"], taken["S"], taken["z"], taken["n"], taken["N"]) == (
            *(False, "BUY", "1.00000000", "0.00100000", "LTC"),
        )
        assert taken["T"] == crossing["transactTime"] <= taken["E"] <= now_ms()
        assert [balance["a"] for balance in made_position["B"]] == ["LTC", "USDT"]
        ltc = next(balance for balance in taken_position["B"] if balance["a"] == "LTC")
        assert ltc["f"] == "1000000000.99900000"
        exchange.signed_call("DELETE", "/api/v3/order", OTHER, symbol="LTCUSDT", orderId=resting["orderId"])
        canceled, held = maker.told(2)
        assert what([canceled]) == [("CANCELED", "CANCELED")]
        assert (canceled["C"], canceled["z"]) == (resting["clientOrderId"], "1.00000000")
        assert held["B"] == [{"a": "LTC", "f": "999999999.00000000", "l": "0.00000000"}]


def test_an_order_of_the_same_connection_is_told_as_well(exchange: Served) -> None:
    with api(exchange) as client:
        client.subscribe()
        placed = client.signed("order.place", **limit_order())["result"]
        new, position = client.told(2)
        assert (new["i"], new["c"]) == (placed["orderId"], placed["clientOrderId"])
        assert position["B"][0]["a"] == "USDT"
        client.signed("order.cancel", symbol="BTCUSDT", orderId=placed["orderId"])
        assert what(client.told(2)) == [("CANCELED", "CANCELED"), ("outboundAccountPosition",)]


def test_a_command_with_many_fills_is_one_report_per_side_and_fill() -> None:
    fills = 300
    with serving(EMPTY_BOOKS) as exchange, api(exchange) as maker, api(exchange) as taker:
        maker.subscribe(OTHER)
        for _ in range(fills):
            place(exchange, OTHER, "SELL", 1, 100)
        maker.told(2 * fills)
        taker.subscribe(OWN)
        place(exchange, OWN, "BUY", fills, 100, newOrderRespType="ACK")
        made, taken = maker.told(fills + 1), taker.told(fills + 2)
        assert what(made) == [("TRADE", "FILLED")] * fills + [("outboundAccountPosition",)]
        partly = [("TRADE", "PARTIALLY_FILLED")] * (fills - 1)
        assert what(taken) == [("NEW", "NEW"), *partly, ("TRADE", "FILLED"), ("outboundAccountPosition",)]
        assert [event["t"] for event in made[:-1]] == [event["t"] for event in taken[1:-1]] == list(range(1, fills + 1))
        assert [event["z"] for event in taken[1:-1]] == [f"{number}.00000000" for number in range(1, fills + 1)]


def test_under_mixed_trading_the_events_add_up_to_my_trades_and_balances() -> None:
    rng = random.Random(11)  # noqa: S311 - reproducible on purpose
    with serving(EMPTY_BOOKS) as exchange, api(exchange) as own, api(exchange) as other:
        ears = {OWN: own, OTHER: other}
        for account, client in ears.items():
            client.subscribe(account)
        for _ in range(80):
            account = rng.choice((OWN, OTHER))
            place(exchange, account, rng.choice(("BUY", "SELL")), rng.randint(1, 5), rng.randint(99, 101))
        for account, client in ears.items():
            last_words(client)
            events = [message["event"] for message in client.events]
            fills = Counter(
                (event["i"], event["t"], event["l"], event["n"]) for event in events if event.get("x") == "TRADE"
            )
            trades = exchange.signed_call("GET", "/api/v3/myTrades", account, symbol="LTCUSDT").json
            rows = Counter((row["orderId"], row["id"], row["qty"], row["commission"]) for row in trades)
            assert rows
            assert fills == rows
            told = {held["a"]: (held["f"], held["l"]) for event in events for held in event.get("B", ())}
            balances = exchange.signed_call("GET", "/api/v3/account", account).json["balances"]
            assert told == {each["asset"]: (each["free"], each["locked"]) for each in balances if each["asset"] in told}


def last_words(client: ApiClient) -> None:
    """Read all events that were sent before the reply to this."""
    client.ask("ping")


def test_two_listeners_of_an_account_get_the_same(exchange: Served) -> None:
    with api(exchange) as first, api(exchange) as second:
        first.subscribe()
        second.subscribe()
        order = exchange.place().json
        exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=order["orderId"])
        told = first.told(4)
        assert what(told)[::2] == [("NEW", "NEW"), ("CANCELED", "CANCELED")]
        assert told == second.told(4)


def test_one_connection_may_listen_to_several_accounts_each_with_its_id(exchange: Served) -> None:
    with api(exchange) as client:
        assert [client.subscribe(account) for account in (OWN, OTHER)] == [0, 1]
        assert error(client.signed("userDataStream.subscribe.signature", OWN)) == (400, -2035)
        assert client.ask("session.subscriptions")["result"] == [{"subscriptionId": 0}, {"subscriptionId": 1}]
        parameters = limit_order(symbol="BTCUSDT")
        placed = exchange.signed_call("POST", "/api/v3/order", OTHER, **parameters).json
        assert [client.event()["subscriptionId"] for _ in range(2)] == [1, 1]
        exchange.signed_call("DELETE", "/api/v3/order", OTHER, symbol="BTCUSDT", orderId=placed["orderId"])


def test_after_an_unsubscription_nothing_comes(exchange: Served) -> None:
    with api(exchange) as client:
        assert client.subscribe() == 0
        assert client.ask("userDataStream.unsubscribe", {"subscriptionId": 0})["result"] == {}
        end = client.event()
        assert (end["subscriptionId"], end["event"]["e"]) == (0, "eventStreamTerminated")
        placed = client.signed("order.place", **limit_order())["result"]
        client.signed("order.cancel", symbol="BTCUSDT", orderId=placed["orderId"])
        assert not client.events
        assert error(client.ask("userDataStream.unsubscribe", {"subscriptionId": 0})) == (400, -2036)
        assert client.ask("session.subscriptions")["result"] == []
        assert client.subscribe() == 1, "an id is never used again"


def test_an_unsubscription_without_an_id_ends_all(exchange: Served) -> None:
    with api(exchange) as client:
        client.subscribe(OWN)
        client.subscribe(OTHER)
        client.ask("userDataStream.unsubscribe")
        assert [client.event()["subscriptionId"] for _ in range(2)] == [0, 1]
        assert client.ask("session.subscriptions")["result"] == []
        assert client.ask("userDataStream.unsubscribe")["status"] == 200


def test_a_logon_can_subscribe_and_its_logout_ends_only_that(exchange: Served) -> None:
    with api(exchange) as client:
        assert error(client.ask("userDataStream.subscribe")) == (401, -1002)
        client.subscribe(OTHER)
        client.signed("session.logon")
        assert client.ask("userDataStream.subscribe")["result"] == {"subscriptionId": 1}
        assert client.ask("session.status")["result"]["userDataStream"] is True
        client.ask("session.logout")
        assert client.event()["event"]["e"] == "eventStreamTerminated"
        assert client.ask("session.subscriptions")["result"] == [{"subscriptionId": 0}]


def test_a_wrong_signature_subscribes_to_nothing(exchange: Served) -> None:
    with api(exchange) as client:
        forged = Account(OWN.key, POOR.secret)
        assert error(client.signed("userDataStream.subscribe.signature", forged)) == (400, -1022)
        assert client.ask("session.subscriptions")["result"] == []


def test_a_refused_order_is_no_event(exchange: Served) -> None:
    with api(exchange) as client:
        client.subscribe(POOR)
        assert error(client.signed("order.place", POOR, **limit_order())) == (400, -2010)
        last_words(client)
        assert not client.events


def test_a_connection_that_is_gone_is_told_nothing_more(exchange: Served) -> None:
    with api(exchange) as client:
        client.subscribe()
    with api(exchange) as another:
        another.subscribe()
        placed = exchange.place().json
        exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"])
        assert len(another.told(4)) == 4
