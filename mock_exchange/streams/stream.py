"""What one stream has to say while someone listens. A kind of stream is one file with one of these two in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from mock_exchange.clock import Clock
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event
from mock_exchange.market_data.history import MarketHistory
from mock_exchange.shown_books import Books
from mock_exchange.streams.feed import Feed
from mock_exchange.streams.touched_levels import TouchedBooks

ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Place:
    """What streams are made from."""

    engine: Engine
    shown: Books
    """The books, as those outside are shown them."""
    books: TouchedBooks
    history: MarketHistory
    """Has heard of each command before the streams do."""
    clock: Clock
    feed: Feed


class RealTimeStream(Protocol):
    """Speaks when something happens."""

    def heard(self, events: Sequence[Event]) -> None:
        """A command to the stream's market has just been applied."""


class PeriodicStream(Protocol):
    """Speaks at its cadence, if there is something to say."""

    def tick(self) -> None: ...

    def close(self) -> None:
        """Nobody listens any more."""
