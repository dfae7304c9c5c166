"""Which price levels of the books have been touched since a stream last looked, and what is on them now.

A level that came back to what it was counts as touched: a client whose snapshot is from between must be told of it.
"""

from collections.abc import Iterable, Sequence

from mock_exchange.engine.commands import Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event, Prevented, Traded
from mock_exchange.engine.orders import PriceLevel

_ALL = 1_000_000_000
_Price = tuple[Side, int]


class TouchedLevels:
    """One reader's view of one symbol's book."""

    def __init__(self, engine: Engine, symbol: str) -> None:
        self._engine = engine
        self.symbol = symbol
        self.update_id = engine.depth(symbol, 0).last_update_id
        """Of the book as it was last seen."""
        self._prices: set[_Price] = set()

    def note(self, prices: Iterable[_Price]) -> None:
        self._prices.update(prices)

    def take(self) -> tuple[list[PriceLevel], list[PriceLevel]]:
        """The bids and the asks that were touched since last time, as they are now; quantity 0 where one is gone."""
        prices, self._prices = self._prices, set()
        depth = self._engine.depth(self.symbol, _ALL if prices else 0)
        self.update_id = depth.last_update_id
        return _now(prices, Side.BUY, depth.bids), _now(prices, Side.SELL, depth.asks)


class TouchedBooks:
    """All readers, by symbol. Books that nobody reads are not watched."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readers: dict[str, list[TouchedLevels]] = {}

    def open(self, symbol: str) -> TouchedLevels:
        reader = TouchedLevels(self._engine, symbol)
        self._readers.setdefault(symbol, []).append(reader)
        return reader

    def close(self, reader: TouchedLevels) -> None:
        readers = self._readers[reader.symbol]
        readers.remove(reader)
        if not readers:
            del self._readers[reader.symbol]

    def heard(self, events: Sequence[Event]) -> None:
        readers = self._readers.get(getattr(events[0], "symbol", ""))
        if readers is not None:
            prices = [price for event in events for price in self._touched_by(event)]
            for reader in readers:
                reader.note(prices)

    def _touched_by(self, event: Event) -> Sequence[_Price]:
        """More than what has changed does no harm."""
        if isinstance(event, Traded | Prevented):
            return [(side, event.price) for side in Side]
        order_id = getattr(event, "order_id", 0)
        order = self._engine.order(event.account, event.symbol, order_id) if order_id else None  # type: ignore[union-attr]
        return [(order.side, order.price)] if order is not None and order.price else []


def _now(prices: Iterable[_Price], side: Side, levels: Iterable[PriceLevel]) -> list[PriceLevel]:
    quantities = dict(levels)
    return [PriceLevel(price, quantities.get(price, 0)) for own, price in sorted(prices) if own is side]
