"""Where an event stands in its stream's numbering: it joins, leaves a gap, repeats, or comes after its turn. Pure."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

GAPS_REMEMBERED = 1000
"""Per stream and subscriber. What fills an older gap is taken for a repetition; the gap itself was counted."""


class Place(StrEnum):
    """What the numbers of an event say of those before it."""

    JOINS = "joins"
    GAP = "gap"
    REPEATED = "repeated"
    REORDERED = "reordered"


class Sequence(Protocol):
    """Follows the numbers of one stream as one subscriber hears them."""

    def place(self, first: int, last: int) -> Place:
        """Of the event that covers the numbers ``first`` to ``last``."""
        ...

    @property
    def missed(self) -> int:
        """How many numbers the latest gap left out."""
        ...


@dataclass(slots=True)
class Joined:
    """Numbers without a hole: trade ids, and the U to u of depth events.

    An event may begin before the one that is due, as the first one after a snapshot does; it joins as long as it ends
    behind it. Source: Binance Spot API documentation, "How to manage a local order book correctly".
    """

    missed: int = 0
    _due: int | None = None
    _holes: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=GAPS_REMEMBERED))

    def place(self, first: int, last: int) -> Place:
        due = self._due
        if due is None or first <= due <= last:
            self._due = last + 1
            return Place.JOINS
        if first > due:
            self.missed = first - due
            self._holes.append((due, first - 1))
            self._due = last + 1
            return Place.GAP
        return Place.REORDERED if self._fills_hole(first, last) else Place.REPEATED

    def _fills_hole(self, first: int, last: int) -> bool:
        for start, end in self._holes:
            if start <= last and first <= end:
                self._holes.remove((start, end))
                self._holes.extend(left for left in ((start, first - 1), (last + 1, end)) if left[0] <= left[1])
                return True
        return False


@dataclass(slots=True)
class Rising:
    """Numbers that grow by any step, as a bookTicker's: a gap cannot be seen, repetition and wrong order can."""

    missed: int = 0
    _latest: int | None = None

    def place(self, first: int, last: int) -> Place:
        latest = self._latest
        if latest is None or first > latest:
            self._latest = last
            return Place.JOINS
        return Place.REPEATED if first == latest else Place.REORDERED


@dataclass(slots=True)
class Unnumbered:
    """Events without numbers, such as tickers: nothing can be said of what is missing."""

    missed: int = 0

    def place(self, first: int, last: int) -> Place:
        del first, last
        return Place.JOINS
