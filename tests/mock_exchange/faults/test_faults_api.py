"""The admin port holds faults under a lease, tells of them, and refuses what it cannot do."""

import json
import time
from typing import Any, get_type_hints

import pytest

from chaos.draws import Draws
from chaos.errors import CannotApply
from chaos.ground import FaultOrder, Lifted
from chaos.kinds import KINDS, Seam, parameters_of
from mock_exchange.faults.fault import Fault, Subject
from mock_exchange.faults.kinds import KINDS as VENUE_KINDS
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import control_of
from tests.mock_exchange.served import TOKEN, Reply, Served


def order(exchange: Served, token: str = TOKEN, **fields: object) -> Reply:
    body = {"id": "wrong", "kind": "engine_pause", "parameters": {}, "on": {}, "seed": 1, "lease_ms": 500} | fields
    return exchange.call("POST", "/faults", body=json.dumps(body), port="admin", token=token)


def test_both_sides_know_the_same_kinds_with_the_same_parameters() -> None:
    ours = {name: kind for name, kind in KINDS.items() if kind.seam is Seam.MEANING}
    assert ours.keys() == VENUE_KINDS.keys()
    for name, kind in ours.items():
        assert {each.name for each in parameters_of(kind)} == set(get_type_hints(VENUE_KINDS[name])), name


def test_a_seed_means_the_same_everywhere() -> None:
    fault = Fault("f", "k", {}, {}, seed=7, lease_ns=1, ends_ns=1)
    for ordinal in range(100):
        fault.touches(Subject())
        assert fault.draw("coin") == Draws(7, "f", ordinal).uniform("coin")


def test_a_selector_leaves_the_others_alone() -> None:
    fault = Fault("f", "k", {}, {"op": "order.place", "client_order_id": "bo-*"}, seed=7, lease_ns=1, ends_ns=1)
    assert fault.touches(Subject("order.place", "BTCUSDT", "bo-1"))
    assert not fault.touches(Subject("order.place", "BTCUSDT", "x-1"))
    assert not fault.touches(Subject("order.cancel", "BTCUSDT", "bo-1"))
    assert (fault.seen, fault.hits) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"kind": "typhoon"}, 400, "'typhoon' is no fault that the exchange has"),
        ({"id": "a,b"}, 400, "without a comma"),
        ({"on": {"colour": "red"}}, 400, "on.colour"),
        ({"parameters": {"depth": 3}}, 400, "depth"),
        ({"lease_ms": 1}, 400, "lease_ms"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_comes_of_it(
    exchange: Served, fields: dict[str, Any], status: int, told: str
) -> None:
    reply = order(exchange, **fields)
    assert (reply.status, told in reply.json["error"]) == (status, True), reply.body
    assert "wrong" not in exchange.call("GET", "/faults", port="admin", token=TOKEN).json


def test_it_is_closed_without_the_token(exchange: Served) -> None:
    assert order(exchange, token="").status == 401
    assert exchange.call("GET", "/faults", port="admin").status == 401


def test_whoever_dies_leaves_nothing_behind(exchange: Served) -> None:
    assert order(exchange, id="orphan", lease_ms=200).status == 201
    eventually(
        lambda: exchange.call("GET", "/faults", port="admin", token=TOKEN).json["orphan"]["lifted_by"] == "lease",
        "the end of the lease",
    )
    assert control_of(exchange).heal("orphan") == Lifted(hits=0, by="lease")


def test_a_lease_that_is_renewed_goes_on(exchange: Served) -> None:
    control = control_of(exchange, lease_ms=1_000)
    control.apply(FaultOrder("kept", "engine_pause", {}, {}, 0))
    try:
        time.sleep(2.2)
        with pytest.raises(CannotApply, match="in force already"):
            control_of(exchange).apply(FaultOrder("kept", "engine_pause", {}, {}, 0))
    finally:
        assert control.heal("kept").by == "owner"
    assert control.heal("kept").by == "owner"


def test_a_reset_lifts_all(exchange: Served) -> None:
    assert order(exchange, id="first").status == 201
    assert order(exchange, id="second").status == 201
    assert exchange.call("POST", "/faults/reset", port="admin", token=TOKEN).status == 200
    found = exchange.call("GET", "/faults", port="admin", token=TOKEN).json
    assert (found["first"]["lifted_by"], found["second"]["lifted_by"]) == ("reset", "reset")
    assert exchange.place().status == 200
