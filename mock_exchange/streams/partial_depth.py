"""``<symbol>@depth5``, ``10``, ``20``: the best levels as a whole."""

import msgspec

from mock_exchange.engine.symbols import Symbol
from mock_exchange.streams.depth import TextLevel, as_text
from mock_exchange.streams.stream import ENCODER, Place


class PartialDepthMessage(msgspec.Struct, rename="camel"):
    last_update_id: int
    bids: list[TextLevel]
    asks: list[TextLevel]


class PartialDepthStream:
    """Speaks at every tick, whether or not something has changed: whoever has just joined gets the book at once."""

    def __init__(self, place: Place, symbol: Symbol, levels: int) -> None:
        self._place = place
        self._symbol = symbol
        self._levels = levels

    def tick(self) -> None:
        symbol = self._symbol
        depth = self._place.shown.depth(symbol.name, self._levels)
        payload = ENCODER.encode(
            PartialDepthMessage(depth.last_update_id, as_text(symbol, depth.bids), as_text(symbol, depth.asks))
        )
        self._place.feed.publish(lambda unit: payload)  # noqa: ARG005 - it holds no times

    def close(self) -> None:
        """Nothing is held."""
