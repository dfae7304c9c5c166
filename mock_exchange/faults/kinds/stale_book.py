"""Books that are shown stand still while trading goes on: those of REST, of the streams, or both."""

import sys
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from mock_exchange.engine.orders import Best, Depth
from mock_exchange.faults.fault import Fault, Subject
from mock_exchange.faults.kinds.wrong_book import shown_at
from mock_exchange.faults.seams import Seams
from mock_exchange.shown_books import Books, Place, ShownBooks, Sides


class StaleBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    where: Literal["streams", "rest", "both"] = "both"
    update_ids: Literal["stand_still", "advance"] = "stand_still"

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by("symbol")
        ends = [books.put_up(self._picture(books, seams, fault)) for books in shown_at(seams, self.where)]

        def end() -> None:
            for each in ends:
                each()

        return end

    def _picture(self, books: ShownBooks, seams: Seams, fault: Fault) -> "_StillBooks":
        selected = [symbol for symbol in seams.symbols if fault.selects(Subject(symbol=symbol))]
        then = {symbol: books.depth(symbol, sys.maxsize) for symbol in selected}
        return _StillBooks(fault, then, ids_advance=self.update_ids == "advance")


class _StillBooks:
    """A Picture, of how books looked when it was made."""

    under: Books

    def __init__(self, fault: Fault, then: dict[str, Depth], *, ids_advance: bool) -> None:
        self._fault = fault
        self._then = then
        self._ids_advance = ids_advance
        self._best_withheld: dict[str, Best] = {}

    def depth(self, symbol: str, limit: int) -> Depth:
        now, then = self.under.depth(symbol, limit), self._then.get(symbol)
        if then is None:
            return now
        bids, asks = then.bids[:limit], then.asks[:limit]
        if (bids, asks) != (now.bids, now.asks):
            self._touch(symbol)
        return Depth(now.last_update_id if self._ids_advance else then.last_update_id, bids, asks)

    def best(self, symbol: str) -> Best:
        """It is asked whenever anything happens; what counts as touched is each change that is not shown."""
        now, then = self.under.best(symbol), self._then.get(symbol)
        if then is None:
            return now
        shown = Best(then.bids[0] if then.bids else None, then.asks[0] if then.asks else None)
        if now != self._best_withheld.setdefault(symbol, shown):
            self._best_withheld[symbol] = now
            self._touch(symbol)
        return shown

    def changed(self, symbol: str, places: Sequence[Place]) -> Sides:
        """Whoever asks has been shown an update id that went on, or else would not have asked."""
        if symbol not in self._then:
            return self.under.changed(symbol, places)
        if places:
            self._touch(symbol)
        return [], []

    def _touch(self, symbol: str) -> None:
        self._fault.touches(Subject(symbol=symbol))
