"""``<symbol>@trade``: each fill, as it happens."""

from collections.abc import Sequence
from functools import partial

import msgspec

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Event, Traded
from mock_exchange.engine.symbols import Symbol
from mock_exchange.streams.feed import TimeUnit
from mock_exchange.streams.stream import ENCODER, Place


class TradeMessage(
    msgspec.Struct,
    rename={
        "event": "e",
        "event_time": "E",
        "symbol": "s",
        "trade_id": "t",
        "price": "p",
        "quantity": "q",
        "trade_time": "T",
        "is_buyer_maker": "m",
        "ignored": "M",
    },
    gc=False,
):
    event: str
    event_time: int
    symbol: str
    trade_id: int
    price: str
    quantity: str
    trade_time: int
    is_buyer_maker: bool
    ignored: bool = True


class TradeStream:
    """One message for each fill, in their order."""

    def __init__(self, place: Place, symbol: Symbol) -> None:
        self._place = place
        self._symbol = symbol

    def heard(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Traded):
                self._place.feed.publish(partial(self._build, event))

    def _build(self, trade: Traded, unit: TimeUnit) -> bytes:
        symbol = self._symbol
        return ENCODER.encode(
            TradeMessage(
                "trade",
                unit.of_ns(self._place.clock.wall_ns()),
                symbol.name,
                trade.trade_id,
                symbol.format_price(trade.price),
                symbol.format_quantity(trade.quantity),
                unit.of_ms(trade.time_ms),
                trade.taker_side is Side.SELL,
            )
        )
