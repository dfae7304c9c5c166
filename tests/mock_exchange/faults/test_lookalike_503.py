"""Four texts under one status: which of them were done is what each of them says, and the unknown ones are not told."""

from itertools import count

import pytest

from scenarios.client.classify import Reply as Heard
from scenarios.client.classify import meaning_of_reply
from slo.history import Operation, Outcome
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import accepted, marks
from tests.mock_exchange.served import TOKEN, Served

KIND = "lookalike_503"
VARIANTS = {
    "unknown": (-1000, Outcome.UNKNOWN),
    "unavailable": (0, Outcome.SHED),
    "internal": (-1001, Outcome.FAILED),
    "throttled": (-1008, Outcome.SHED),
}
_numbers = count()


def fresh_id() -> str:
    return f"lookalike-{next(_numbers)}"


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_means_what_its_text_says(exchange: Served, variant: str) -> None:
    order = fresh_id()
    with fault(exchange, KIND, variants=variant, done_probability=0) as evidence:
        told = exchange.place(newClientOrderId=order)
    code, outcome = VARIANTS[variant]
    assert (told.error, marks(told)) == ((503, code), [KIND])
    assert meaning_of_reply(Operation.ORDER_PLACE, Heard(told.status, told.body, "")).outcome is outcome
    assert not accepted(exchange, order)
    assert evidence.hits == 1
    assert exchange.place().status == 200


def test_all_are_drawn_and_only_unknown_ones_are_ever_done(exchange: Served) -> None:
    orders = [fresh_id() for _ in range(40)]
    with fault(exchange, KIND, seed=3) as evidence:
        codes = {order: exchange.place(newClientOrderId=order).error[1] for order in orders}
    assert set(codes.values()) == {code for code, _ in VARIANTS.values()}
    done = {order for order in orders if accepted(exchange, order)}
    unknown = {order for order, code in codes.items() if code == -1000}
    assert set() < done < unknown
    assert evidence.hits == len(orders)


def test_cancels_are_exempt_from_throttling_and_do_not_count(exchange: Served) -> None:
    order = exchange.place().json["orderId"]
    with fault(exchange, KIND, variants="throttled") as evidence:
        cancel = exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=order)
        assert (cancel.status, marks(cancel)) == (200, [])
    assert evidence.hits == 0


def test_the_same_seed_draws_the_same(exchange: Served) -> None:
    first, again, other = (drawn(exchange, seed) for seed in (5, 5, 6))
    assert first == again != other


def drawn(venue: Served, seed: int) -> list[int]:
    with fault(venue, KIND, seed=seed, probability=0.7):
        return [venue.place().json.get("code", 200) for _ in range(16)]


def test_a_variant_that_there_is_not_is_refused(exchange: Served) -> None:
    body = '{"id": "x", "kind": "lookalike_503", "parameters": {"variants": "unknown teapot"}}'
    refused = exchange.call("POST", "/faults", body=body, port="admin", token=TOKEN)
    assert (refused.status, "teapot" in refused.json["error"]) == (400, True)
