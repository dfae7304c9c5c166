"""Depth streams, REST's depth, or both, tell levels that are not in the book, under update ids without a gap."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Literal

import msgspec

from mock_exchange.engine.orders import Best, Depth, PriceLevel
from mock_exchange.faults.fault import Fault, NotPossible, Subject
from mock_exchange.faults.seams import Seams
from mock_exchange.shown_books import Books, Place, ShownBooks, Sides

_PER_CENT = 100
Percent = Annotated[float, msgspec.Meta(ge=-90, le=1_000)]


class WrongBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    where: Literal["streams", "rest", "both"] = "streams"
    price_off_percent: Percent = 0.0
    quantity_off_percent: Percent = 0.0
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol")
        if not self.price_off_percent and not self.quantity_off_percent:
            raise NotPossible("a book with prices and quantities that are 0 % off is not wrong")
        ends = [books.put_up(self._picture(books, seams, fault)) for books in shown_at(seams, self.where)]

        def end() -> None:
            for each in ends:
                each()

        return end

    def _picture(self, books: ShownBooks, seams: Seams, fault: Fault) -> "_WrongBooks":
        shifts = {
            symbol: round(_middle(books.best(symbol)) * self.price_off_percent / _PER_CENT) for symbol in seams.symbols
        }
        return _WrongBooks(self, fault, shifts)


def shown_at(seams: Seams, where: str) -> list[ShownBooks]:
    """The books that REST or the streams show, or both."""
    places = {"rest": seams.rest_books, "streams": seams.stream_books}
    return list(places.values()) if where == "both" else [places[where]]


class _WrongBooks:
    """A Picture. Prices are off by one shift per symbol, so that a level that was told wrong also goes where it was
    told, and no two levels become one.
    """

    under: Books

    def __init__(self, kind: WrongBook, fault: Fault, shifts: dict[str, int]) -> None:
        self._kind = kind
        self._fault = fault
        self._shifts = shifts

    def depth(self, symbol: str, limit: int) -> Depth:
        true = self.under.depth(symbol, limit)
        if not limit or not self._chooses(symbol):
            return true
        bids, asks = self._wrong(symbol, (true.bids, true.asks))
        return Depth(true.last_update_id, bids, asks)

    def best(self, symbol: str) -> Best:
        return self.under.best(symbol)

    def changed(self, symbol: str, places: Sequence[Place]) -> Sides:
        true = self.under.changed(symbol, places)
        return self._wrong(symbol, true) if self._chooses(symbol) else true

    def _chooses(self, symbol: str) -> bool:
        return self._fault.meets(Subject(symbol=symbol), self._kind.probability)

    def _wrong(self, symbol: str, true: Sides) -> Sides:
        shift, factor = self._shifts[symbol], 1 + self._kind.quantity_off_percent / _PER_CENT
        bids, asks = (list(_off(levels, shift, factor)) for levels in true)
        if (bids, asks) != true:
            self._fault.hits += 1
        return bids, asks


def _middle(best: Best) -> float:
    """Ticks; of a side that is alone its best price, and 0 where the book is empty."""
    prices = [level.price for level in (best.bid, best.ask) if level is not None]
    return sum(prices) / len(prices) if prices else 0


def _off(levels: Iterable[PriceLevel], shift: int, factor: float) -> Iterable[PriceLevel]:
    """Levels whose price would not be above 0 are left out, and one that has gone stays gone."""
    for price, quantity in levels:
        if price + shift > 0:
            yield PriceLevel(price + shift, max(1, round(quantity * factor)) if quantity else 0)
