"""What those outside are shown of the books: what the engine has, unless a fault holds a picture before it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from mock_exchange.engine.commands import Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import Best, Depth, PriceLevel

Place = tuple[Side, int]
"""Side and price, in ticks."""
Sides = tuple[list[PriceLevel], list[PriceLevel]]
"""Bids and asks."""


class Books(Protocol):
    """Order books, by symbol. Prices are ticks, quantities lots."""

    def depth(self, symbol: str, limit: int) -> Depth:
        """Up to ``limit`` levels of each side, best first; with a limit of 0 it tells the update id alone."""

    def best(self, symbol: str) -> Best: ...

    def changed(self, symbol: str, places: Sequence[Place]) -> Sides:
        """What is now on these levels, in their order; quantity 0 where one is gone."""


class Picture(Books, Protocol):
    """Books made from others."""

    under: Books
    """What it is made from; whoever puts it up sets it."""


class EngineBooks:
    """The truth."""

    def __init__(self, engine: Engine) -> None:
        self.depth = engine.depth
        self.best = engine.best
        self._lots_at = engine.lots_at

    def changed(self, symbol: str, places: Sequence[Place]) -> Sides:
        bids, asks = (
            [PriceLevel(price, self._lots_at(symbol, own, price)) for own, price in places if own is side]
            for side in (Side.BUY, Side.SELL)
        )
        return bids, asks


class ShownBooks:
    """The last picture that was put up, which is made from the one before it; without any, the truth itself."""

    def __init__(self, engine: Engine) -> None:
        self._truth: Books = EngineBooks(engine)
        self._pictures: list[Picture] = []
        self._show()

    def put_up(self, picture: Picture) -> Callable[[], None]:
        """Show this until what is returned is called."""
        self._pictures.append(picture)
        self._show()

        def take_down() -> None:
            self._pictures.remove(picture)
            self._show()

        return take_down

    def _show(self) -> None:
        shown = self._truth
        for picture in self._pictures:
            picture.under = shown
            shown = picture
        self.depth, self.best, self.changed = shown.depth, shown.best, shown.changed
