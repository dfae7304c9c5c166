"""Which price levels of the books have been touched since a stream last looked, and what is on them now.

A level that came back to what it was counts as touched: a client whose snapshot is from between must be told of it.
"""

from collections.abc import Iterable

from mock_exchange.engine.commands import Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import PriceLevel

_Place = tuple[Side, int]


class TouchedLevels:
    """One reader's view of one symbol's book."""

    def __init__(self, books: "TouchedBooks", symbol: str, update_id: int) -> None:
        self._books = books
        self.symbol = symbol
        self.update_id = update_id
        """Of the book as it was last seen."""
        self._touched: set[_Place] = set()

    def note(self, touched: Iterable[_Place]) -> None:
        self._touched.update(touched)

    def take(self) -> tuple[list[PriceLevel], list[PriceLevel]]:
        """The bids and the asks that were touched since last time, as they are now; quantity 0 where one is gone."""
        self.update_id = self._books.look(self.symbol)
        touched, self._touched = sorted(self._touched), set()
        bids, asks = (self._books.levels(self.symbol, side, touched) for side in (Side.BUY, Side.SELL))
        return bids, asks


class TouchedBooks:
    """The one who asks the engine, for all readers. Books that nobody reads are not asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readers: dict[str, list[TouchedLevels]] = {}

    def open(self, symbol: str) -> TouchedLevels:
        """A reader that has seen the book as it is now."""
        reader = TouchedLevels(self, symbol, self.look(symbol))
        self._readers.setdefault(symbol, []).append(reader)
        return reader

    def close(self, reader: TouchedLevels) -> None:
        readers = self._readers[reader.symbol]
        readers.remove(reader)
        if not readers:
            del self._readers[reader.symbol]
            self._engine.forget_touched(reader.symbol)

    def look(self, symbol: str) -> int:
        """Pass on to the symbol's readers what was touched, and return the book's update id."""
        touched = self._engine.drain_touched(symbol)
        for reader in self._readers.get(symbol, ()):
            reader.note(touched)
        return self._engine.depth(symbol, 0).last_update_id

    def levels(self, symbol: str, side: Side, touched: Iterable[_Place]) -> list[PriceLevel]:
        """Of this side those that are named, as they are now."""
        lots = self._engine.lots_at
        return [PriceLevel(price, lots(symbol, own, price)) for own, price in touched if own is side]
