"""What the past answers is what the engine answered then: at every moment, for every lag, whatever was traded."""

import random
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.engine.commands import AmendOrder, CancelOrder, Command
from mock_exchange.faults import past as module
from mock_exchange.faults.past import Past
from tests.mock_exchange.engine.floor import ALICE, BOB, BUY, GTC, IOC, SELL, Floor

NS_PER_MS = 1_000_000
SYMBOL = "BTCUSDT"
BEGINNING, STEPS = 20, 60


class Seen(NamedTuple):
    """All that one account can read."""

    history: object
    open: object
    trades: object
    balances: object
    named: object


def seen(engine: Any, account: int, names: int) -> Seen:
    def plain(value: object) -> object:
        return msgspec.to_builtins(value)

    named = [engine.order(account, SYMBOL, 0, f"name-{number}") for number in range(names)]
    return Seen(
        plain(list(engine.order_history(account, SYMBOL))),
        plain(engine.open_orders(account)),
        plain(list(engine.trade_history(account, SYMBOL))),
        plain(dict(engine.balances(account))),
        plain(named),
    )


def step(floor: Floor, rng: random.Random, number: int) -> Command:
    """Orders that rest, trade, are renamed, or go; a name is used once."""
    account = rng.choice([ALICE, BOB])
    open_orders = floor.engine.open_orders(account)
    name = f"name-{number}"
    chance = rng.random()
    if open_orders and chance < 0.25:
        return CancelOrder(account, SYMBOL, rng.choice(open_orders).order_id, "", "the-cancel", floor.time_ms)
    if open_orders and chance < 0.35:
        order = rng.choice(open_orders)
        return AmendOrder(account, SYMBOL, order.order_id, "", name, max(1, order.quantity - 1), floor.time_ms)
    lots, price = rng.randint(1, 4), rng.randint(98, 102)
    return floor.ordered(account, rng.choice([BUY, SELL]), lots, price, id=name, tif=IOC if chance > 0.9 else GTC)


@given(seed=st.integers(0, 2**32), lag_ms=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_it_answers_as_the_engine_did(seed: int, lag_ms: int) -> None:
    rng, floor, now_ms = random.Random(seed), Floor(), [1_000]  # noqa: S311 - reproducible on purpose

    def all_seen(engine: Any) -> list[Seen]:
        return [seen(engine, account, BEGINNING + STEPS) for account in (ALICE, BOB)]

    for number in range(BEGINNING):
        floor.engine.apply(step(floor, rng, number))
    then = Past(floor.engine, lag_ms, lambda: now_ms[0] * NS_PER_MS)
    moments = [(now_ms[0], all_seen(floor.engine))]
    for number in range(BEGINNING, BEGINNING + STEPS):
        now_ms[0] += rng.randint(1, 3)
        command = step(floor, rng, number)
        then.heard(command, floor.engine.apply(command))
        moments.append((now_ms[0], all_seen(floor.engine)))
        horizon_ms = now_ms[0] - lag_ms
        expected = next((told for at_ms, told in reversed(moments) if at_ms <= horizon_ms), moments[0][1])
        assert all_seen(then) == expected


def test_what_it_keeps_is_what_is_open_and_what_is_recent() -> None:
    floor, now_ms = Floor(), [1_000]
    then = Past(floor.engine, 10, lambda: now_ms[0] * NS_PER_MS)
    for _ in range(500):
        now_ms[0] += 1
        for command in (floor.ordered(ALICE, SELL, 1, 100), floor.ordered(BOB, BUY, 1, 100)):
            then.heard(command, floor.engine.apply(command))
    assert len(then._orders._versions) <= 2 * 10
    assert len(then._orders._changes) <= 4 * 10
    assert len(then._trades) <= 10


def test_with_too_many_changes_the_lag_gets_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHANGES_MAX", 4)
    floor, now_ms = Floor(), [1_000]
    then = Past(floor.engine, 900, lambda: now_ms[0] * NS_PER_MS)
    orders = []
    for _ in range(8):
        now_ms[0] += 1
        command = floor.ordered(ALICE, BUY, 1, 90)
        events = floor.engine.apply(command)
        then.heard(command, events)
        orders.append(events[0].order_id)  # type: ignore[union-attr]
    assert [order.order_id for order in then.open_orders(ALICE)] == orders[:4]
