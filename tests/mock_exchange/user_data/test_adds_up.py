"""Whatever is asked of the engine: what was told last is what the engine knows, and nothing is told twice."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.commitment import Commitment, Unjournaled
from mock_exchange.engine.commands import Command, Deposit
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.symbols import format_amount
from mock_exchange.user_data.feed import UserDataFeed
from tests.mock_exchange.engine.strategies import (
    ACCOUNTS,
    ASSETS,
    FEES,
    SYMBOLS,
    TIME_MS,
    amends,
    cancel_alls,
    cancels,
    deposits,
    icebergs,
    limit_orders,
    list_cancels,
    market_orders,
    order_lists,
    replacements,
    statuses,
    stop_orders,
)
from tests.mock_exchange.user_data.floor import CLOCK

Told = dict[int, list[dict[str, Any]]]

COMMANDS = st.lists(
    st.one_of(
        *(limit_orders, limit_orders, icebergs, stop_orders, market_orders, order_lists, order_lists),
        *(cancels, cancel_alls, amends, replacements, list_cancels, statuses, deposits),
    ),
    max_size=40,
)


def all_told(commands: list[Command]) -> tuple[Engine, Told]:
    """What every account was told of the commands, each of which has funds to begin with."""
    engine = Engine(SYMBOLS, FEES)
    commitment = Commitment(engine, Unjournaled())
    feed = UserDataFeed(engine, commitment.when_durable, CLOCK)
    commitment.add_listener(feed)
    told: Told = {account: [] for account in ACCOUNTS}
    for account in ACCOUNTS:
        feed.subscribe(account, _ear(told[account]))
        for asset in ASSETS:
            commitment.apply(Deposit(account, asset, 10**9, TIME_MS))
    for command in commands:
        commitment.apply(command)
    return engine, told


def _ear(events: list[dict[str, Any]]) -> Callable[[bytes], None]:
    return lambda event: events.append(json.loads(event))


def orders(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["e"] == "executionReport" and event["X"] != "REJECTED"]


@given(COMMANDS)
@settings(deadline=None)
def test_the_last_report_of_an_order_shows_it_as_it_is(commands: list[Command]) -> None:
    engine, told = all_told(commands)
    for account, events in told.items():
        last = {event["i"]: event for event in orders(events)}
        for order_id, event in last.items():
            order = engine.order(account, event["s"], order_id)
            assert order is not None
            symbol = engine.symbols[event["s"]]
            assert event["X"] == order.status
            assert (event["q"], event["z"]) == (
                symbol.format_quantity(order.quantity),
                symbol.format_quantity(order.executed),
            )
            assert event["Z"] == format_amount(order.quote_executed)
            assert event["w"] == (order.is_open and order.is_working)
        assert last.keys() == {order.order_id for order in engine.all_orders() if order.account == account}


@given(COMMANDS)
@settings(deadline=None)
def test_each_fill_is_told_once_to_each_side(commands: list[Command]) -> None:
    engine, told = all_told(commands)
    for account, events in told.items():
        fills = Counter((event["s"], event["i"], event["t"]) for event in orders(events) if event["x"] == "TRADE")
        sides: Counter[tuple[str, int, int]] = Counter()
        for name in engine.symbols:
            for trade in engine.account_trades(account, name):
                for owner, order_id in (
                    (trade.taker_account, trade.taker_order_id),
                    (trade.maker_account, trade.maker_order_id),
                ):
                    if owner == account:
                        sides[name, order_id, trade.trade_id] += 1
        assert fills == sides


@given(COMMANDS)
@settings(deadline=None)
def test_an_order_goes_forward_and_ends_once(commands: list[Command]) -> None:
    _, told = all_told(commands)
    for events in told.values():
        ended: set[int] = set()
        executed: dict[int, float] = {}
        for event in orders(events):
            assert event["i"] not in ended
            assert float(event["z"]) >= executed.get(event["i"], 0.0)
            executed[event["i"]] = float(event["z"])
            if event["X"] not in ("NEW", "PENDING_NEW", "PARTIALLY_FILLED"):
                ended.add(event["i"])


@given(COMMANDS)
@settings(deadline=None)
def test_the_last_balances_told_are_the_balances(commands: list[Command]) -> None:
    engine, told = all_told(commands)
    for account, events in told.items():
        positions = (event["B"] for event in events if event["e"] == "outboundAccountPosition")
        last = {held["a"]: (held["f"], held["l"]) for position in positions for held in position}
        for asset, balance in engine.balances(account).items():
            assert last[asset] == (format_amount(balance.free), format_amount(balance.locked))
