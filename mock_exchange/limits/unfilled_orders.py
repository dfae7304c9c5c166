"""Orders that trade do not count: the first fill of an order gives back a place in its account's limit.

One place if the order takes at its first fill, five if it makes. Source: Binance Spot API documentation, unfilled order
count rules, whose examples this follows.
"""

from collections import Counter
from collections.abc import Sequence

from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event, Traded
from mock_exchange.limits.limiter import Limiter

_AS_TAKER = 1
_AS_MAKER = 5


class UnfilledOrders:
    """Listens to what happens in the engine; only there where limits are on."""

    def __init__(self, engine: Engine, limiter: Limiter) -> None:
        self._engine = engine
        self._limiter = limiter

    def heard(self, command: Command, events: Sequence[Event]) -> None:  # noqa: ARG002 - the listener's signature
        trades = [event for event in events if isinstance(event, Traded)]
        if trades:
            self._fill(trades)

    def _fill(self, trades: Sequence[Traded]) -> None:
        fills: Counter[tuple[int, str, int]] = Counter()
        first: dict[tuple[int, str, int], int] = {}
        for trade in trades:
            for account, order_id, worth in (
                (trade.taker_account, trade.taker_order_id, _AS_TAKER),
                (trade.maker_account, trade.maker_order_id, _AS_MAKER),
            ):
                filled = account, trade.symbol, order_id
                fills[filled] += 1
                first.setdefault(filled, worth)
        for (account, symbol, order_id), worth in first.items():
            order = self._engine.order(account, symbol, order_id)
            if order is not None and order.trades == fills[account, symbol, order_id]:
                self._limiter.give_back_orders(account, worth)
