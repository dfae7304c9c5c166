"""What an exchange begins with: accounts and their money, and a market with depth. All of it ordinary commands.

An exchange that remembers an earlier time gets only what is new: accounts for keys that it has never seen.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mock_exchange.config import FUNDS, AccountConfig, ExchangeConfig
from mock_exchange.engine.commands import Command, Deposit
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.seeding import seed_market
from mock_exchange.engine.symbols import parse_amount


@dataclass(frozen=True, slots=True)
class Founding:
    """What was done to an engine before it serves."""

    accounts: Mapping[str, int]
    """Numbers by API key, of the keys that are new."""
    commands: list[Command]
    """In the order in which they were applied."""


def found(
    engine: Engine,
    config: ExchangeConfig,
    known: Mapping[str, int],
    *,
    stream: Callable[[str], random.Random],
    time_ms: int,
    is_new: bool,
) -> Founding:
    """Fund the accounts that are not ``known`` and, where the exchange ``is_new``, seed its markets.

    ``stream`` gives the random numbers for a purpose. Raises ValueError where a market cannot be seeded as configured.
    """
    first = max(known.values(), default=0) + 1
    new = [account for account in config.accounts if account.key not in known]
    accounts = {account.key: number for number, account in enumerate(new, start=first)}
    commands: list[Command] = []
    for account in new:
        commands += _deposits(engine, account, accounts[account.key], time_ms)
    for command in commands:
        engine.apply(command)
    if is_new and config.market.levels:
        for name in engine.symbols:
            commands += _seed(engine, name, config, stream(f"market {name}"), time_ms)
    return Founding(accounts, commands)


def _deposits(engine: Engine, account: AccountConfig, number: int, time_ms: int) -> Iterator[Deposit]:
    assets = dict.fromkeys(asset for symbol in engine.symbols.values() for asset in (symbol.base, symbol.quote))
    balances = dict.fromkeys(assets, FUNDS) if account.balances is None else account.balances
    for asset, amount in balances.items():
        if parse_amount(amount):
            yield Deposit(number, asset, parse_amount(amount), time_ms)


def _seed(engine: Engine, name: str, config: ExchangeConfig, rng: random.Random, time_ms: int) -> list[Command]:
    price = config.market.opening_prices.get(name)
    return seed_market(
        engine,
        name,
        rng,
        opening_price=engine.symbols[name].parse_price(price) if price is not None else 0,
        levels=config.market.levels,
        time_ms=time_ms,
    )
