"""``<symbol>@aggTrade``: fills of one taker order at one price as one, numbered as REST's aggTrades are."""

from collections.abc import Sequence
from functools import partial

import msgspec

from mock_exchange.engine.events import Event
from mock_exchange.engine.symbols import Symbol
from mock_exchange.market_data.tape import Aggregate
from mock_exchange.streams.feed import TimeUnit
from mock_exchange.streams.stream import ENCODER, Place

_ALL = 1_000_000


class AggregateTradeMessage(
    msgspec.Struct,
    rename={
        "event": "e",
        "event_time": "E",
        "symbol": "s",
        "aggregate_id": "a",
        "price": "p",
        "quantity": "q",
        "first_id": "f",
        "last_id": "l",
        "trade_time": "T",
        "is_buyer_maker": "m",
        "ignored": "M",
    },
    gc=False,
):
    event: str
    event_time: int
    symbol: str
    aggregate_id: int
    price: str
    quantity: str
    first_id: int
    last_id: int
    trade_time: int
    is_buyer_maker: bool
    ignored: bool = True


class AggregateTradeStream:
    """No later command adds to an aggregate, as each is of one taker order; what a command has left is told."""

    def __init__(self, place: Place, symbol: Symbol) -> None:
        self._place = place
        self._symbol = symbol
        self._tape = place.history.symbols[symbol.name].tape
        self._told = self._tape.last_aggregate_id

    def heard(self, events: Sequence[Event]) -> None:  # noqa: ARG002 - the tape has heard them
        if self._tape.last_aggregate_id == self._told:
            return
        for aggregate in self._tape.aggregates_since(self._told + 1, _ALL):
            self._place.feed.publish(partial(self._build, aggregate))
        self._told = self._tape.last_aggregate_id

    def _build(self, aggregate: Aggregate, unit: TimeUnit) -> bytes:
        symbol = self._symbol
        return ENCODER.encode(
            AggregateTradeMessage(
                "aggTrade",
                unit.of_ns(self._place.clock.wall_ns()),
                symbol.name,
                aggregate.id,
                symbol.format_price(aggregate.price),
                symbol.format_quantity(aggregate.quantity),
                aggregate.first_id,
                aggregate.last_id,
                unit.of_ms(aggregate.time_ms),
                aggregate.buyer_is_maker,
            )
        )
