"""Orders that depend on others, over a real connection: placed there, told there."""

from tests.mock_exchange.served import OTHER, OWN, Json, Served, limit_order, serving
from tests.mock_exchange.ws_api.api_client import ApiClient, api
from tests.mock_exchange.ws_api.test_requests import error

SYMBOL = {"symbol": "LTCUSDT"}
EMPTY_BOOKS = {"market": {"levels": 0}}


def order(account_side: str, quantity: int, price: int, **changes: object) -> dict[str, object]:
    return limit_order(side=account_side, quantity=quantity, price=price, **SYMBOL) | changes


def given_a_last_price(exchange: Served, price: int) -> None:
    for side in ("SELL", "BUY"):
        assert exchange.signed_call("POST", "/api/v3/order", OTHER, **order(side, 1, price)).status == 200


def reports(client: ApiClient, *names: str) -> list[tuple[Json, ...]]:
    """Of all that was told so far."""
    client.ask("ping")
    events = [client.events.popleft()["event"] for _ in range(len(client.events))]
    return [tuple(event[name] for name in names) for event in events if event["e"] in ("executionReport", "listStatus")]


def test_a_pair_is_placed_and_told_until_one_of_it_is_filled() -> None:
    with serving(EMPTY_BOOKS) as exchange, api(exchange) as client:
        given_a_last_price(exchange, 100)
        client.subscribe(OWN)
        pair = {
            **SYMBOL,
            "side": "SELL",
            "quantity": 2,
            "listClientOrderId": "pair",
            "aboveType": "LIMIT_MAKER",
            "abovePrice": 110,
            "aboveClientOrderId": "above",
            "belowType": "STOP_LOSS_LIMIT",
            "belowStopPrice": 90,
            "belowPrice": 89,
            "belowTimeInForce": "GTC",
            "belowClientOrderId": "below",
        }
        placed = client.signed("orderList.place.oco", **pair)["result"]
        told = reports(client, "e", "g")
        assert {number for _, number in told} == {placed["orderListId"]}
        assert [kind for kind, _ in told].count("listStatus") == 1
        assert len(client.signed("openOrderLists.status")["result"]) == 1
        exchange.signed_call("POST", "/api/v3/order", OTHER, **order("BUY", 2, 110))
        assert reports(client, "e", "c") == [
            ("executionReport", "above"),
            ("executionReport", "below"),
            ("listStatus", "OCO"),
        ]
        done = client.signed("orderList.status", origClientOrderId="pair")["result"]
        assert done["listOrderStatus"] == "ALL_DONE"


def test_an_order_is_replaced_and_amended_and_told_so(exchange: Served) -> None:
    with api(exchange) as client:
        client.subscribe()
        first = client.signed("order.place", **order("BUY", 3, 100, newClientOrderId="first"))["result"]
        replacement = order("BUY", 3, 101, newClientOrderId="second", cancelReplaceMode="STOP_ON_FAILURE")
        replaced = client.signed("order.cancelReplace", cancelOrderId=first["orderId"], **replacement)["result"]
        assert (replaced["cancelResult"], replaced["newOrderResult"]) == ("SUCCESS", "SUCCESS")
        second = replaced["newOrderResponse"]["orderId"]
        amended = client.signed(
            "order.amend.keepPriority", orderId=second, newQty=1, newClientOrderId="third", **SYMBOL
        )
        assert amended["status"] == 200, amended
        assert reports(client, "i", "x", "c", "q") == [
            (first["orderId"], "NEW", "first", "3.00000000"),
            (first["orderId"], "CANCELED", replaced["cancelResponse"]["clientOrderId"], "3.00000000"),
            (second, "NEW", "second", "3.00000000"),
            (second, "REPLACED", "third", "1.00000000"),
        ]
        client.signed("order.cancel", origClientOrderId="third", **SYMBOL)


def test_a_replacement_of_which_half_succeeds_is_a_conflict_with_both_answers(exchange: Served) -> None:
    with api(exchange) as client:
        first = client.signed("order.place", **order("BUY", 1, 100))["result"]
        would_take = {"side": "BUY", "type": "LIMIT_MAKER", "quantity": 1, "price": 130, **SYMBOL}
        how = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": first["orderId"]}
        refused = client.signed("order.cancelReplace", **would_take, **how)
        assert error(refused) == (409, -2021)
        data = refused["error"]["data"]
        assert (data["cancelResult"], data["newOrderResult"]) == ("SUCCESS", "FAILURE")
