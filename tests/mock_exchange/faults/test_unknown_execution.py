"""Whether an order was done or not: its caller is not told, the operator is, and after healing both are."""

import contextlib
import select
from collections.abc import Sequence
from itertools import count

import pytest

from scenarios.client.classify import Reply as Heard
from scenarios.client.classify import meaning_of_reply
from slo.history import Operation, Outcome
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import accepted, fault_told, marks, unanswered
from tests.mock_exchange.raw_socket import connected
from tests.mock_exchange.served import KEY, TOKEN, Reply, Served, limit_order, signed
from tests.mock_exchange.ws_api.api_client import api, signed_parameters

KIND = "unknown_execution"
_numbers = count()


def fresh_id() -> str:
    return f"unknown-{next(_numbers)}"


def place(venue: Served, client_order_id: str, **parameters: object) -> Reply:
    return venue.place(newClientOrderId=client_order_id, **parameters)


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize(
    ("reply", "status", "code"), [("unknown_error", 503, -1000), ("message_bus", 503, -1006), ("timeout", 408, -1007)]
)
def test_the_reply_leaves_it_open_and_the_truth_does_not(
    exchange: Served, done: bool, reply: str, status: int, code: int
) -> None:
    order = fresh_id()
    with fault(exchange, KIND, done=done, reply=reply) as evidence:
        told = place(exchange, order)
    assert (told.error, marks(told)) == ((status, code), [KIND])
    heard = Heard(told.status, told.body, "")
    assert meaning_of_reply(Operation.ORDER_PLACE, heard).outcome is Outcome.UNKNOWN
    assert accepted(exchange, order) is done
    assert evidence.hits == 1
    healed = place(exchange, fresh_id())
    assert (healed.status, marks(healed)) == (200, [])


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_cancel_is_as_open(exchange: Served, done: bool) -> None:
    order = fresh_id()
    assert place(exchange, order).status == 200
    with fault(exchange, KIND, on={"op": "order.cancel"}, done=done):
        told = exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId=order)
    assert told.error == (503, -1000)
    found = exchange.signed_call("GET", "/api/v3/order", symbol="BTCUSDT", origClientOrderId=order)
    assert found.json["status"] == ("CANCELED" if done else "NEW")


def test_reads_and_what_nobody_could_do_are_left_alone(exchange: Served) -> None:
    with fault(exchange, KIND, done=False) as evidence:
        assert exchange.signed_call("GET", "/api/v3/account").status == 200
        assert place(exchange, fresh_id(), price="1.23456789").status == 400
    assert evidence.hits == 0


def test_silence_lasts_until_it_is_healed_and_the_order_is_told_of(exchange: Served) -> None:
    order = fresh_id()
    with connected(exchange) as client:
        with fault(exchange, KIND, reply="none") as evidence:
            client.send(request(order))
            eventually(lambda: accepted(exchange, order), "the order that nobody confirms")
            (lost,) = unanswered(exchange, KIND)
            assert (lost["op"], lost["client_order_id"], lost["symbol"]) == ("order.place", order, "BTCUSDT")
            assert exchange.get("/api/v3/ping").status == 200  # and others are answered
            assert not select.select([client.connection], [], [], 0)[0]
        with contextlib.suppress(ConnectionResetError):
            assert client.is_closed()
    assert evidence.lost_orders == [order]
    assert place(exchange, fresh_id()).status == 200


def test_a_marked_reply_is_not_told_of_twice(exchange: Served) -> None:
    with fault(exchange, KIND) as evidence:
        place(exchange, fresh_id())
        assert unanswered(exchange, KIND) == []
        assert fault_told(exchange, KIND)["unanswered"] == 0
    assert evidence.lost_orders is None


@pytest.mark.parametrize("reply", ["timeout", "none"])
def test_the_websocket_api_is_no_way_around_it(exchange: Served, reply: str) -> None:
    order = fresh_id()
    with fault(exchange, KIND, reply=reply) as evidence, api(exchange) as client:
        if reply == "none":
            client.socket.send_json({"id": 0, "method": "order.place", "params": api_order(order)})
            eventually(lambda: accepted(exchange, order), "the order that nobody confirms")
            assert client.ask("ping")["status"] == 200
        else:
            assert client.ask("order.place", api_order(order))["error"]["code"] == -1007
            assert accepted(exchange, order)
    assert evidence.hits == 1
    assert evidence.lost_orders == [order]  # a message bears no mark


def api_order(client_order_id: str) -> dict[str, object]:
    return signed_parameters(limit_order(newClientOrderId=client_order_id))


def test_of_two_at_once_the_first_decides_and_both_are_named(exchange: Served) -> None:
    with fault(exchange, KIND, done=True):
        body = '{"id": "second", "kind": "unknown_execution", "lease_ms": 5000, "parameters": {"reply": "timeout"}}'
        assert exchange.call("POST", "/faults", body=body, port="admin", token=TOKEN).status == 201
        told = place(exchange, fresh_id())
        exchange.call("DELETE", "/faults/second", port="admin", token=TOKEN)
        assert (told.error, sorted(marks(told))) == ((503, -1000), ["second", KIND])
        assert marks(place(exchange, fresh_id())) == [KIND]  # the first stays when the second goes


def test_the_same_seed_hits_the_same_orders_and_another_seed_others(exchange: Served) -> None:
    first, again, other = (hit(exchange, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert 0 < sum(first) < len(first)


def hit(venue: Served, seed: int) -> Sequence[bool]:
    with fault(venue, KIND, seed=seed, on={"client_order_id": "unknown-*"}, done=False, probability=0.5) as evidence:
        touched = [place(venue, fresh_id()).status == 503 for _ in range(24)]
        assert venue.place(newClientOrderId=f"other-{next(_numbers)}").status == 200
    assert evidence.hits == sum(touched)
    return touched


def request(client_order_id: str) -> bytes:
    body = signed(limit_order(newClientOrderId=client_order_id)).encode()
    head = f"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nX-MBX-APIKEY: {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
