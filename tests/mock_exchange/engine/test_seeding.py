"""The opening market: depth on both sides at plausible prices, the same for the same seed."""

import random

import pytest

from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import MARKET_MAKER_ACCOUNT
from mock_exchange.engine.seeding import OPENING_PRICES, seed_market
from mock_exchange.engine.symbols import SYMBOLS
from tests.mock_exchange.engine.floor import WHOLE_NUMBERS


def stream(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (repeatable on purpose)


def seeded(symbol: str, seed: int = 1, levels: int = 50) -> tuple[Engine, list[Command]]:
    engine = Engine(list(SYMBOLS.values()))
    return engine, seed_market(engine, symbol, stream(seed), levels=levels)


@pytest.mark.parametrize("symbol", list(SYMBOLS))
def test_every_symbol_opens_with_depth_on_both_sides_of_its_price(symbol: str) -> None:
    engine, _ = seeded(symbol)
    price = SYMBOLS[symbol].parse_price(OPENING_PRICES[symbol])
    depth = engine.depth(symbol, 1000)
    assert len(depth.bids) == len(depth.asks) == 50
    assert depth.bids[0].price < price < depth.asks[0].price
    assert depth.asks[-1].price - depth.bids[-1].price < price // 100, "all within a hundredth of the price"
    assert engine.last_price(symbol) == price


def test_the_market_makers_sells_are_held_in_full() -> None:
    engine, _ = seeded("BTCUSDT")
    balances = engine.balances(MARKET_MAKER_ACCOUNT)
    asks = sum(order.remaining for order in engine.open_orders(MARKET_MAKER_ACCOUNT) if order.side == "SELL")
    assert balances["BTC"].locked == asks * SYMBOLS["BTCUSDT"].lot_units


def test_the_same_seed_gives_the_same_commands_and_another_seed_others() -> None:
    assert seeded("ETHUSDT", seed=7)[1] == seeded("ETHUSDT", seed=7)[1]
    assert seeded("ETHUSDT", seed=7)[1] != seeded("ETHUSDT", seed=8)[1]


def test_more_levels_than_one_account_may_have_orders_come_from_several() -> None:
    engine, _ = seeded("BTCUSDT", levels=130)
    assert len(engine.depth("BTCUSDT", 1000).bids) == 130
    assert len(engine.open_orders(MARKET_MAKER_ACCOUNT - 1)) == 60


def test_a_symbol_of_ones_own_needs_an_opening_price() -> None:
    engine = Engine([WHOLE_NUMBERS])
    seed_market(engine, "BTCUSDT", stream(1), opening_price=100_000, levels=5)
    assert len(engine.depth("BTCUSDT", 10).asks) == 5


def test_a_market_that_is_not_fresh_is_not_seeded() -> None:
    engine, _ = seeded("BTCUSDT")
    with pytest.raises(ValueError, match=r"cannot seed BTCUSDT around 117000\.00000000: "):
        seed_market(engine, "BTCUSDT", stream(1))


def test_bids_that_would_reach_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot seed BTCUSDT around 5\.00000000: 5 bids below it reach 0"):
        seed_market(Engine([WHOLE_NUMBERS]), "BTCUSDT", stream(1), opening_price=5, levels=5)
