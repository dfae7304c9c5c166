"""All streams that someone listens to. What nobody listens to does not exist, and costs nothing."""

from collections.abc import Callable, Sequence
from typing import Protocol

from mock_exchange.clock import Clock
from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event
from mock_exchange.market_data.history import MarketHistory
from mock_exchange.shown_books import ShownBooks
from mock_exchange.streams.cadence import Cadence, CallLater
from mock_exchange.streams.cadences import Cadences
from mock_exchange.streams.catalogue import is_slower, periodic_stream, real_time_stream, stream_of_all
from mock_exchange.streams.feed import Feed, Post
from mock_exchange.streams.names import StreamName, parse_stream_name
from mock_exchange.streams.stream import PeriodicStream, Place, RealTimeStream
from mock_exchange.streams.touched_levels import TouchedBooks

Close = Callable[[], None]
"""Ends what a stream does."""


class Source(Protocol):
    """Who else has streams, such as the user data of a listenKey."""

    def open(self, feed: Feed) -> Close | None:
        """Speak on the feed, under its name, until the result is called; None where it has no such stream."""


class Hub:
    """A Listener on the commitment."""

    def __init__(
        self,
        engine: Engine,
        history: MarketHistory,
        cadences: Cadences,
        *,
        clock: Clock,
        post: Post,
        call_later: CallLater,
    ) -> None:
        self._engine = engine
        self._history = history
        self.shown = ShownBooks(engine)
        """What streams tell of the books."""
        self._books = TouchedBooks(engine, self.shown)
        self._clock = clock
        self.wall_ns = clock.wall_ns
        self._post = post
        self._fast, self._slow, self._kline = (
            Cadence(period_ns, call_later, clock.monotonic_ns)
            for period_ns in (cadences.fast, cadences.slow, cadences.kline)
        )
        self._sources: list[Source] = []
        self._open: dict[str, tuple[Feed, Close]] = {}
        self._real_time: dict[str, dict[RealTimeStream, None]] = {}
        """By symbol."""

    def add_source(self, source: Source) -> None:
        self._sources.append(source)

    def heard(self, command: Command, events: Sequence[Event]) -> None:  # noqa: ARG002 - the listener's signature
        if not self._real_time:
            return
        for stream in self._real_time.get(getattr(events[0], "symbol", ""), ()):
            stream.heard(events)

    def enter(self, name: str) -> Feed | None:
        """The feed of this name, to be joined at once; None where there is no such stream."""
        if name in self._open:
            return self._open[name][0]
        feed = Feed(name, self._post)
        close = self._opened(feed)
        if close is None:
            return None
        self._open[name] = feed, close
        return feed

    def exit(self, feed: Feed) -> None:
        """Someone has left the feed: end it if it was the last one."""
        if feed.is_deserted and (opened := self._open.pop(feed.name, None)) is not None:
            opened[1]()

    def close(self) -> None:
        for cadence in (self._fast, self._slow, self._kline):
            cadence.close()

    def _opened(self, feed: Feed) -> Close | None:
        name = parse_stream_name(feed.name)
        if name is not None:
            return self._begin(name, feed)
        return next((close for source in self._sources if (close := source.open(feed)) is not None), None)

    def _begin(self, name: StreamName, feed: Feed) -> Close:
        place = Place(self._engine, self.shown, self._books, self._history, self._clock, feed)
        if not name.symbol:
            return _begin_periodic(stream_of_all(name, place), self._slow)
        symbol = self._engine.symbols.get(name.symbol)
        if symbol is None:
            return _nothing
        real_time = real_time_stream(name, place, symbol)
        if real_time is not None:
            return self._begin_real_time(real_time, symbol.name)
        periodic = periodic_stream(name, place, symbol)
        if periodic is None:
            return _nothing
        cadence = self._kline if is_slower(name) else self._fast if name.is_fast else self._slow
        return _begin_periodic(periodic, cadence)

    def _begin_real_time(self, stream: RealTimeStream, symbol: str) -> Close:
        streams = self._real_time.setdefault(symbol, {})
        streams[stream] = None

        def end() -> None:
            del streams[stream]
            if not streams:
                self._real_time.pop(symbol, None)

        return end


def _begin_periodic(stream: PeriodicStream, cadence: Cadence) -> Close:
    cadence.add(stream)

    def end() -> None:
        cadence.remove(stream)
        stream.close()

    return end


def _nothing() -> None:
    """Where nothing is ever told, as of a symbol that is not listed, nothing has to be ended."""
