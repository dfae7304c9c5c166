"""A subscriber of market streams: one connection, and a channel for each of its streams."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from picows import WSTransport

from scenarios.subscriber.book import Book
from scenarios.subscriber.channel import Channel, Silence
from scenarios.subscriber.connection import Clock
from scenarios.subscriber.streams import STREAM_KINDS
from scenarios.subscriber.tally import Heard
from slo.history.feeds import MarkKind

NS_PER_US = 1000
CONNECTION = "(connection)"
"""Stands in marks for all streams of a connection."""


class _Combined(msgspec.Struct, gc=False):
    stream: str
    data: msgspec.Raw


_combined = msgspec.json.Decoder(_Combined).decode
Snapshot = Callable[[str], Awaitable[int | None]]
"""Asks REST for the last update id of a symbol's book; None where it does not answer."""


class MarketSubscriber:
    """Hears combined streams, and asks for a snapshot whenever a book needs one."""

    def __init__(
        self,
        number: int,
        names: list[tuple[str, str]],
        heard: Heard,
        *,
        silence_ns: int,
        clock: Clock,
        wall_ns: Clock,
        snapshot: Snapshot,
    ) -> None:
        """``names``: symbol and stream, such as BTCUSDT and depth@100ms."""
        self.number = number
        self.listening = False
        """Nothing counts before the run's time zero."""
        self._heard, self._clock, self._wall_ns, self._snapshot = heard, clock, wall_ns, snapshot
        self._tasks: set[asyncio.Task[None]] = set()
        self._pongs = 0
        self.channels: Mapping[str, Channel] = {
            f"{symbol.lower()}@{name}": _channel(f"{symbol.lower()}@{name}", name, number, heard, silence_ns)
            for symbol, name in names
        }

    @property
    def path(self) -> str:
        return f"/stream?streams={'/'.join(self.channels)}&timeUnit=MICROSECOND"

    def opened(self, transport: WSTransport) -> None:
        """Called by the connection; the address has subscribed already."""

    def message(self, payload: bytes, pongs: int) -> None:
        """Called by the connection."""
        if not self.listening:
            return
        wall_ns = self._wall_ns()
        self._pongs = pongs
        try:
            event = _combined(payload)
        except msgspec.MsgspecError:
            self._heard.other_messages += 1
            return
        channel = self.channels.get(event.stream)
        if channel is None:
            self._heard.other_messages += 1
            return
        channel.hear(event.data, self._clock(), wall_ns // NS_PER_US, pongs)
        if channel.book is not None and channel.book.wants_snapshot:
            self._ask(channel)

    def lost(self, at_ns: int) -> None:
        for channel in self.channels.values():
            channel.lose(at_ns)

    def found_again(self, lost_ns: int, at_ns: int) -> None:
        self._heard.marks.add(MarkKind.DISCONNECT, CONNECTION, self.number, lost_ns, at_ns)

    def end(self, at_ns: int) -> None:
        for channel in self.channels.values():
            channel.end(at_ns, self._pongs)

    def _ask(self, channel: Channel) -> None:
        assert channel.book is not None  # noqa: S101  asked for by its book
        channel.book.wants_snapshot = False
        task = asyncio.ensure_future(self._take(channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, channel: Channel) -> None:
        """One that does not come, or is too old, is asked for again with the next event."""
        last_update_id = await self._snapshot(channel.stream.partition("@")[0].upper())
        if last_update_id is not None:
            channel.take_snapshot(last_update_id, self._clock())
        elif channel.book is not None:
            channel.book.wants_snapshot = channel.book.invalid_since_ns is not None


def _channel(stream: str, name: str, number: int, heard: Heard, silence_ns: int) -> Channel:
    kind = STREAM_KINDS[name]
    return Channel(
        stream,
        number,
        kind.read,
        kind.sequence(),
        Silence(silence_ns),
        Book(invalid_since_ns=0) if kind.keeps_book else None,
        heard.tally(stream),
        heard.marks,
    )
