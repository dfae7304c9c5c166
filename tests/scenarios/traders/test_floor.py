"""The traders of a worker: turns by weight and by seed, one desk for each, orders as each of them wants them."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scenarios.operations.ladder import Ladder
from scenarios.traders import TRADERS
from scenarios.traders.floor import TradingFloor, Turn
from slo.history import Operation
from tests.scenarios.test_operations import conventions

LADDERS = {name: Ladder.of(replace(conventions(), symbol=name)) for name in ("BTCUSDT", "ETHUSDT")}
HOT = {"BTCUSDT": 9, "ETHUSDT": 1}


def floor(weights: dict[str, int], worker: int = 0, seed: int = 1) -> TradingFloor:
    return TradingFloor(weights, HOT, ladders=LADDERS, seed=seed, run_token="tok", worker=worker)


def asked(at: TradingFloor, number: int) -> list[tuple[Operation, str, str]]:
    """Requests of a floor whose venue never answers."""
    made = []
    for arrival, turn in enumerate(islice(at.turns("phase"), number)):
        ask = at.ask(turn)
        assert ask.errand is not None
        request = ask.errand.request(ask.errand.desk, ask.symbol, arrival)
        made.append((ask.operation, request.path, request.query))
    return made


@given(st.dictionaries(st.sampled_from(sorted(TRADERS)), st.integers(1, 50), min_size=1))
def test_turns_come_by_the_weights_of_traders_and_symbols(weights: dict[str, int]) -> None:
    number = 20_000
    drawn = Counter(islice(floor(weights).turns("phase"), number))
    whole = sum(weights.values()) * sum(HOT.values())
    expected = {
        Turn(kind, symbol): number * weight * share / whole
        for kind, weight in weights.items()
        for symbol, share in HOT.items()
    }
    assert stats.chisquare([drawn[turn] for turn in expected], list(expected.values())).pvalue > 1e-6


def test_the_same_seed_and_worker_ask_for_the_same() -> None:
    weights = dict.fromkeys(TRADERS, 1)
    assert asked(floor(weights), 300) == asked(floor(weights), 300)
    assert asked(floor(weights), 300) != asked(floor(weights, seed=2), 300)
    one, other = floor(weights), floor(weights, worker=1)
    assert list(islice(one.turns("p"), 300)) == list(islice(other.turns("p"), 300)), "workers share the turns"
    assert asked(one, 300) != asked(other, 300), "and each has chances of its own"


def test_no_trader_has_the_orders_of_another() -> None:
    at = floor(dict.fromkeys(TRADERS, 1))
    turns = [Turn(kind, symbol) for kind in TRADERS for symbol in HOT]
    errands = [at.ask(turn).errand for turn in turns]
    assert len({id(errand.desk.orders) for errand in errands if errand is not None}) == len(turns)


@pytest.mark.parametrize(
    ("kind", "types", "sides"),
    [
        ("taker", {("LIMIT", "IOC")}, {"BUY", "SELL"}),
        ("panic_closer", {("MARKET", None)}, {"SELL"}),
        ("market_maker", {("LIMIT", "GTC")}, {"BUY", "SELL"}),
        ("retail", {("LIMIT", "GTC")}, {"BUY", "SELL"}),
    ],
)
def test_orders_meet_the_book_as_the_trader_wants_it(
    kind: str, types: set[tuple[str, str | None]], sides: set[str]
) -> None:
    queries = [query for operation, _, query in asked(floor({kind: 1}), 100) if operation is Operation.ORDER_PLACE]
    orders = [dict(parse_qsl(query)) for query in queries]
    assert {(order["type"], order.get("timeInForce")) for order in orders} == types
    assert {order["side"] for order in orders} == sides
    for order in orders:
        if "price" in order:
            crosses = (
                Decimal(order["price"]) > Decimal("60000.00")
                if order["side"] == "BUY"
                else (Decimal(order["price"]) < Decimal("60000.01"))
            )
            assert crosses == (kind == "taker")
