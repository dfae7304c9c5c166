"""One stream as one subscriber hears it: counts, ages and places its events, and notices silence. Pure."""

from dataclasses import dataclass, field

import msgspec

from scenarios.subscriber.book import Book
from scenarios.subscriber.sequences import Place, Sequence
from scenarios.subscriber.streams import Read
from scenarios.subscriber.tally import Marks, StreamTally
from slo.history.feeds import MarkKind

NS_PER_US = 1000
IRREGULAR = {Place.GAP: MarkKind.GAP, Place.REPEATED: MarkKind.REPEATED, Place.REORDERED: MarkKind.REORDERED}


@dataclass(slots=True)
class Silence:
    """Notices when a channel says nothing for longer than ``bound_ns``, from ``since_ns`` on."""

    bound_ns: int
    since_ns: int = 0
    _pongs: int = 0

    def heard(self, at_ns: int, pongs: int) -> tuple[int, int] | None:
        """Since when it was silent and how many pings were answered meanwhile, if it was. ``pongs``: so far, in all."""
        since_ns, answered = self.since_ns, pongs - self._pongs
        self.since_ns, self._pongs = at_ns, pongs
        return (since_ns, answered) if at_ns - since_ns > self.bound_ns else None


@dataclass(slots=True)
class Channel:
    """Its events in the order in which they come; ``book`` where one is built from them."""

    stream: str
    subscriber: int
    read: Read
    sequence: Sequence
    silence: Silence
    book: Book | None
    tally: StreamTally
    marks: Marks = field(repr=False)

    def hear(self, data: msgspec.Raw, at_ns: int, wall_us: int, pongs: int) -> None:
        """An event that was read ``at_ns`` since the run's start, which is ``wall_us`` of this host's clock."""
        try:
            first, last, event_us = self.read(data)
        except msgspec.MsgspecError:
            self.tally.count(at_ns, None)
            self._mark(MarkKind.UNREADABLE, at_ns, at_ns)
            return
        self.tally.count(at_ns, wall_us - event_us if event_us else None)
        place = self.sequence.place(first, last)
        if place is not Place.JOINS:
            self._mark(IRREGULAR[place], at_ns, at_ns, self.sequence.missed if place is Place.GAP else 1)
        if (silent := self.silence.heard(at_ns, pongs)) is not None:
            self._mark(MarkKind.SILENCE, silent[0], at_ns, silent[1])
        if self.book is not None:
            self.book.hear(first, last, at_ns)

    def take_snapshot(self, last_update_id: int, at_ns: int) -> None:
        """The REST book of the stream's symbol."""
        if self.book is not None and (stood_ns := self.book.take_snapshot(last_update_id, at_ns)) is not None:
            self._mark(MarkKind.RESYNC, at_ns - stood_ns, at_ns)

    def lose(self, at_ns: int) -> None:
        """Its connection is gone."""
        if self.book is not None:
            self.book.lose(at_ns)

    def end(self, at_ns: int, pongs: int) -> None:
        """What is not over at the end is marked without an end."""
        if (silent := self.silence.heard(at_ns, pongs)) is not None:
            self._mark(MarkKind.SILENCE, silent[0], None, silent[1])
        if self.book is not None and self.book.invalid_since_ns is not None:
            self._mark(MarkKind.RESYNC, self.book.invalid_since_ns, None)

    def _mark(self, kind: MarkKind, at_ns: int, until_ns: int | None, count: int = 1) -> None:
        self.marks.add(kind, self.stream, self.subscriber, at_ns, until_ns, count)
