"""Engines and command sequences for the small, crowded exchange of the engine's own tests, on a clock that moves."""

import msgspec
from hypothesis import strategies as st

from mock_exchange.engine.commands import Command, Deposit, ReplaceOrder
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import MemoryLimits
from tests.mock_exchange.engine import strategies
from tests.mock_exchange.engine.strategies import ACCOUNTS, ASSETS, FEES, SYMBOLS, TIME_MS

SHORT_MEMORY = MemoryLimits(finished_orders_max=5, account_trades_max=4)
"""Forgets within a test."""

OPENING: list[Command] = [
    Deposit(account, asset, 40 * SYMBOLS[0].lot_units * (50 if asset == "USDT" else 1), TIME_MS)
    for account in ACCOUNTS
    for asset in ASSETS
]


def new_engine() -> Engine:
    return Engine(SYMBOLS, FEES, SHORT_MEMORY)


def _at(command: Command, time_ms: int) -> Command:
    if isinstance(command, ReplaceOrder):
        return command
    return msgspec.structs.replace(command, time_ms=time_ms)


_kinds = st.one_of(
    strategies.limit_orders,
    strategies.limit_orders,
    strategies.limit_orders,
    strategies.market_orders,
    strategies.cancels,
    strategies.cancel_alls,
    strategies.deposits,
    strategies.stop_orders,
    strategies.icebergs,
    strategies.order_lists,
    strategies.replacements,
    strategies.amends,
    strategies.list_cancels,
    strategies.statuses,
)
_times = st.integers(min_value=TIME_MS, max_value=TIME_MS + 20 * 60_000)
commands = st.lists(st.builds(_at, _kinds, _times), max_size=60)
