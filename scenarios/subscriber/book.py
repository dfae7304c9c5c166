"""Whether a subscriber has a valid book: the venue's procedure for snapshot and depth events, by update ids. Pure.

Only the ids are followed: whether a book can be built is what is asked, not what is in it.
Source: Binance Spot API documentation, Web Socket Streams, "How to manage a local order book correctly".
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Book:
    """Starts without a book; ``wants_snapshot`` says when one must be asked for over REST."""

    invalid_since_ns: int | None
    """Since the run's start; None while the book is valid."""
    wants_snapshot: bool = False
    _first: int | None = None
    """U of the first event of the unbroken series that is held back for the snapshot."""
    _next: int = 0

    def hear(self, first: int, last: int, at_ns: int) -> None:
        """A depth event, U and u. One that does not join makes the book invalid, from ``at_ns`` on."""
        if self._first is None:
            self._begin(first, last)
        elif first > self._next:
            if self.invalid_since_ns is None:
                self.invalid_since_ns = at_ns
            self._begin(first, last)
        elif last >= self._next:
            self._next = last + 1

    def take_snapshot(self, last_update_id: int, at_ns: int) -> int | None:
        """How many ns the book was invalid, if the snapshot makes it valid; one that is too old is asked for again."""
        if self.invalid_since_ns is None or self._first is None:
            return None
        if last_update_id < self._first - 1:
            self.wants_snapshot = True
            return None
        self.wants_snapshot = False
        self._next = max(self._next, last_update_id + 1)
        stood_ns = at_ns - self.invalid_since_ns
        self.invalid_since_ns = None
        return stood_ns

    def lose(self, at_ns: int) -> None:
        """The connection is gone: what it will miss is not known."""
        if self.invalid_since_ns is None:
            self.invalid_since_ns = at_ns
        self._first, self._next, self.wants_snapshot = None, 0, False

    def _begin(self, first: int, last: int) -> None:
        self._first, self._next, self.wants_snapshot = first, last + 1, True
