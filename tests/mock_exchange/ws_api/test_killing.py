"""What was told survives: a killed exchange remembers every event and reply that anyone has seen."""

import random
from pathlib import Path

import pytest

from tests.mock_exchange.durable.mortal import Mortal, alive
from tests.mock_exchange.served import OTHER, OWN, Account, Json, limit_order
from tests.mock_exchange.ws_api.api_client import ApiClient, api, signed_parameters

LIVES = 6
ORDERS = 150
FINAL = ("FILLED", "CANCELED", "EXPIRED")


def send_orders(client: ApiClient, rng: random.Random) -> None:
    """Of both accounts, at prices that often meet."""
    for number in range(ORDERS):
        account = rng.choice((OWN, OTHER))
        order = limit_order(
            symbol="LTCUSDT", side=rng.choice(("BUY", "SELL")), quantity=rng.randint(1, 5), price=rng.randint(98, 102)
        )
        request = {"id": number, "method": "order.place", "params": signed_parameters(order, account)}
        client.socket.send_json(request)


def seen_until_its_death(exchange: Mortal, client: ApiClient, patience: int) -> list[Json]:
    """Messages: as many as asked for, then the kill, then what was on its way."""
    seen = [client.socket.read_json() for _ in range(patience)]
    exchange.kill()
    while True:
        try:
            seen.append(client.socket.read_json())
        except ConnectionError:
            return seen


def check_remembered(exchange: Mortal, last: dict[int, Json], owners: dict[int, Account]) -> None:
    for order_id, event in last.items():
        reply = exchange.signed_call("GET", "/api/v3/order", owners[order_id], symbol="LTCUSDT", orderId=order_id)
        assert reply.status == 200, (reply.body, event)
        assert float(reply.json["executedQty"]) >= float(event["z"])
        if event["X"] in FINAL:
            assert reply.json["status"] == event["X"]


@pytest.mark.slow
def test_an_exchange_that_is_killed_remembers_all_that_it_told(tmp_path: Path) -> None:
    rng = random.Random(5)  # noqa: S311 - reproducible on purpose
    last: dict[int, Json] = {}
    owners: dict[int, Account] = {}
    acknowledged: set[int] = set()
    for _ in range(LIVES):
        with alive(tmp_path, {"market": {"levels": 0}}) as exchange, api(exchange) as client:
            check_remembered(exchange, last, owners)
            by_subscription = {client.subscribe(account): account for account in (OWN, OTHER)}
            send_orders(client, rng)
            for message in seen_until_its_death(exchange, client, rng.randint(1, 2 * ORDERS)):
                event = message.get("event", {})
                if event.get("e") == "executionReport":
                    assert event["i"] not in last or last[event["i"]]["X"] not in FINAL
                    last[event["i"]] = event
                    owners[event["i"]] = by_subscription[message["subscriptionId"]]
                elif message.get("status") == 200:
                    acknowledged.add(message["result"]["orderId"])
            assert acknowledged <= last.keys(), "an order was acknowledged and its account not told"
    with alive(tmp_path) as exchange:
        check_remembered(exchange, last, owners)
    assert len(last) > ORDERS
