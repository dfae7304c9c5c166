"""``<symbol>@depth``: the levels that have changed, in events that join one another and the REST snapshot.

Each event begins with the update after the last one of the event before it: U = previous u + 1, even where levels came
back to what they were and there is no level to tell of.
"""

from functools import partial

import msgspec

from mock_exchange.engine.orders import PriceLevel
from mock_exchange.engine.symbols import Symbol
from mock_exchange.streams.feed import TimeUnit
from mock_exchange.streams.stream import ENCODER, Place

TextLevel = tuple[str, str]


class DepthMessage(
    msgspec.Struct,
    rename={
        "event": "e",
        "event_time": "E",
        "symbol": "s",
        "first_update_id": "U",
        "last_update_id": "u",
        "bids": "b",
        "asks": "a",
    },
):
    event: str
    event_time: int
    symbol: str
    first_update_id: int
    last_update_id: int
    bids: list[TextLevel]
    asks: list[TextLevel]


def as_text(symbol: Symbol, levels: list[PriceLevel]) -> list[TextLevel]:
    return [(symbol.format_price(level.price), symbol.format_quantity(level.quantity)) for level in levels]


class DepthStream:
    """What was touched since the last event, with what is there now."""

    def __init__(self, place: Place, symbol: Symbol) -> None:
        self._place = place
        self._symbol = symbol
        self._touched = place.books.open(symbol.name)

    def tick(self) -> None:
        told = self._touched.update_id
        bids, asks = self._touched.take()
        if self._touched.update_id > told:
            self._place.feed.publish(partial(self._build, told + 1, bids, asks))

    def close(self) -> None:
        self._place.books.close(self._touched)

    def _build(self, first: int, bids: list[PriceLevel], asks: list[PriceLevel], unit: TimeUnit) -> bytes:
        symbol = self._symbol
        return ENCODER.encode(
            DepthMessage(
                "depthUpdate",
                unit.of_ns(self._place.clock.wall_ns()),
                symbol.name,
                first,
                self._touched.update_id,
                as_text(symbol, bids),
                as_text(symbol, asks),
            )
        )
