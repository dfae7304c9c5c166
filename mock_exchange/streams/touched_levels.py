"""Which price levels of the books have been touched since a stream last looked, and what is on them now.

A level that came back to what it was counts as touched: a client whose snapshot is from between must be told of it.
"""

from collections.abc import Iterable

from mock_exchange.engine.engine import Engine
from mock_exchange.shown_books import Books, EngineBooks, Place, Sides


class TouchedLevels:
    """One reader's view of one symbol's book."""

    def __init__(self, books: "TouchedBooks", symbol: str, update_id: int) -> None:
        self._books = books
        self.symbol = symbol
        self.update_id = update_id
        """Of the book as it was last seen."""
        self._touched: set[Place] = set()

    def note(self, touched: Iterable[Place]) -> None:
        self._touched.update(touched)

    def take(self) -> Sides:
        """The bids and the asks that were touched since last time, as they are now; quantity 0 where one is gone.

        Nothing, and nothing is forgotten, as long as the book that is shown is no newer than what was seen.
        """
        update_id = self._books.look(self.symbol)
        if update_id <= self.update_id:
            return [], []
        self.update_id = update_id
        touched, self._touched = sorted(self._touched), set()
        return self._books.shown.changed(self.symbol, touched)


class TouchedBooks:
    """The one who asks the engine, for all readers. Books that nobody reads are not asked for."""

    def __init__(self, engine: Engine, shown: Books | None = None) -> None:
        """``shown`` are the books as those outside are shown them; the engine's own where they are not given."""
        self._engine = engine
        self.shown = shown or EngineBooks(engine)
        self._readers: dict[str, list[TouchedLevels]] = {}

    def open(self, symbol: str) -> TouchedLevels:
        """A reader that has seen the book as it is now, whatever is shown of it."""
        self.look(symbol)
        reader = TouchedLevels(self, symbol, self._engine.depth(symbol, 0).last_update_id)
        self._readers.setdefault(symbol, []).append(reader)
        return reader

    def close(self, reader: TouchedLevels) -> None:
        readers = self._readers[reader.symbol]
        readers.remove(reader)
        if not readers:
            del self._readers[reader.symbol]
            self._engine.forget_touched(reader.symbol)

    def look(self, symbol: str) -> int:
        """Pass on to the symbol's readers what was touched, and return the update id of the book that is shown."""
        touched = self._engine.drain_touched(symbol)
        for reader in self._readers.get(symbol, ()):
            reader.note(touched)
        return self.shown.depth(symbol, 0).last_update_id
