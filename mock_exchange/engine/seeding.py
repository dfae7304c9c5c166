"""A market maker's opening orders, so that a fresh exchange has a last price and depth on both sides.

Ordinary commands from ordinary accounts, which a journal can hold; the same random stream gives the same commands.
Only integers are drawn, so every platform draws the same ones.
"""

import random
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mock_exchange.engine.commands import Command, Deposit, OrderType, PlaceOrder, Side, TimeInForce
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Rejected
from mock_exchange.engine.orders import MARKET_MAKER_ACCOUNT
from mock_exchange.engine.symbols import UNITS_PER_ASSET, Symbol

LEVELS = 50

OPENING_PRICES: Mapping[str, str] = MappingProxyType(
    {"BTCUSDT": "117000", "ETHUSDT": "4100", "LTCUSDT": "120", "XRPUSDT": "2.75", "DOGEUSDT": "0.24"}
)
"""Round figures near those of early 10 October 2025, before prices fell."""

_LEVEL_NOTIONAL_MIN = 20_000 * UNITS_PER_ASSET
_LEVEL_NOTIONAL_MAX = 200_000 * UNITS_PER_ASSET
_PRICE_PER_GAP = 100_000
"""Neighbouring levels are at most a hundred-thousandth of the price apart, or one tick where that is more."""


def seed_market(
    engine: Engine, symbol: str, rng: random.Random, *, opening_price: int = 0, levels: int = LEVELS, time_ms: int = 0
) -> list[Command]:
    """Apply the opening orders, and return them for whoever keeps a journal.

    ``opening_price`` in ticks; where it is 0, OPENING_PRICES knows it. Raises KeyError where nothing does, ValueError
    where bids would reach a price of 0, and where the engine refuses an order (an opening price near the filters'
    edge, or a market that is not fresh).
    """
    rules = engine.symbols[symbol]
    price = opening_price or rules.parse_price(OPENING_PRICES[symbol])
    if price <= levels:
        raise ValueError(f"cannot seed {symbol} around {rules.format_price(price)}: {levels} bids below it reach 0")
    commands = list(opening_commands(rules, rng, opening_price=price, levels=levels, time_ms=time_ms))
    for command in commands:
        for event in engine.apply(command):
            if isinstance(event, Rejected):
                raise ValueError(f"cannot seed {symbol} around {rules.format_price(price)}: {event.reason.value}")
    return commands


def opening_commands(
    symbol: Symbol, rng: random.Random, *, opening_price: int, levels: int, time_ms: int
) -> Iterator[Command]:
    """Deposits, one smallest trade at the opening price (ticks), then ``levels`` orders on each side of it."""
    yield from _opening_trade(symbol, opening_price, time_ms)
    levels_per_account = symbol.open_orders_max // 2
    bid = ask = opening_price
    for number in range(levels):
        account = MARKET_MAKER_ACCOUNT - number // levels_per_account
        bid -= _gap(rng, opening_price)
        ask += _gap(rng, opening_price)
        for side, price in ((Side.BUY, bid), (Side.SELL, ask)):
            yield from _funded_order(
                symbol, account, side, price=price, lots=_lots(symbol, rng, price), time_ms=time_ms
            )


def _opening_trade(symbol: Symbol, price: int, time_ms: int) -> Iterator[Command]:
    lots = max(symbol.lots_min, -(-symbol.notional_units_min // symbol.notional(price, 1)))
    for side in (Side.SELL, Side.BUY):
        yield from _funded_order(symbol, MARKET_MAKER_ACCOUNT, side, price=price, lots=lots, time_ms=time_ms)


def _gap(rng: random.Random, price: int) -> int:
    return rng.randint(1, max(1, price // _PRICE_PER_GAP))


def _lots(symbol: Symbol, rng: random.Random, price: int) -> int:
    worth = rng.randint(_LEVEL_NOTIONAL_MIN, _LEVEL_NOTIONAL_MAX)
    return max(symbol.lots_min, min(symbol.lots_max, worth // symbol.notional(price, 1)))


def _funded_order(
    symbol: Symbol, account: int, side: Side, *, price: int, lots: int, time_ms: int
) -> Iterator[Command]:
    """The deposit that an order needs, and the order."""
    if side is Side.BUY:
        yield Deposit(account, symbol.quote, symbol.notional(price, lots), time_ms)
    else:
        yield Deposit(account, symbol.base, lots * symbol.lot_units, time_ms)
    name = f"seed-{side.value}-{price}"
    yield PlaceOrder(account, symbol.name, side, OrderType.LIMIT, TimeInForce.GTC, price, lots, 0, name, time_ms)
