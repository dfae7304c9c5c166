"""``<symbol>@bookTicker``: the best bid and ask, whenever a price or a quantity of them has changed."""

from collections.abc import Sequence

import msgspec

from mock_exchange.engine.events import Event
from mock_exchange.engine.orders import PriceLevel
from mock_exchange.engine.symbols import Symbol
from mock_exchange.streams.stream import ENCODER, Place

_NOBODY = PriceLevel(0, 0)


class BookTickerMessage(
    msgspec.Struct,
    rename={
        "update_id": "u",
        "symbol": "s",
        "bid_price": "b",
        "bid_quantity": "B",
        "ask_price": "a",
        "ask_quantity": "A",
    },
    gc=False,
):
    update_id: int
    symbol: str
    bid_price: str
    bid_quantity: str
    ask_price: str
    ask_quantity: str


class BookTickerStream:
    """Remembers what it told last, and compares."""

    def __init__(self, place: Place, symbol: Symbol) -> None:
        self._place = place
        self._symbol = symbol
        self._told = self._best()

    def heard(self, events: Sequence[Event]) -> None:  # noqa: ARG002 - the book says it all
        best = self._best()
        if best != self._told:
            self._told = best
            payload = ENCODER.encode(self._message(*best))
            self._place.feed.publish(lambda unit: payload)  # noqa: ARG005 - it holds no times

    def _best(self) -> tuple[PriceLevel, PriceLevel]:
        best = self._place.shown.best(self._symbol.name)
        return best.bid or _NOBODY, best.ask or _NOBODY

    def _message(self, bid: PriceLevel, ask: PriceLevel) -> BookTickerMessage:
        symbol = self._symbol
        return BookTickerMessage(
            self._place.shown.depth(symbol.name, 0).last_update_id,
            symbol.name,
            symbol.format_price(bid.price),
            symbol.format_quantity(bid.quantity),
            symbol.format_price(ask.price),
            symbol.format_quantity(ask.quantity),
        )
