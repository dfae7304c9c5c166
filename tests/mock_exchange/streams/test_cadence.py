"""Beats come at whole multiples of their period, and only while someone listens."""

import heapq
from collections.abc import Callable

from mock_exchange.clock import Clock
from mock_exchange.commitment import Commitment, Unjournaled
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.symbols import SYMBOLS
from mock_exchange.market_data.history import MarketHistory
from mock_exchange.streams.cadence import Cadence
from mock_exchange.streams.cadences import Cadences
from mock_exchange.streams.feed import Audience, TimeUnit
from mock_exchange.streams.hub import Hub

MS = 1_000_000


class Alarm:
    def __init__(self, at_ns: int, call: Callable[[], None]) -> None:
        self.at_ns = at_ns
        self.call: Callable[[], None] | None = call

    def __lt__(self, other: "Alarm") -> bool:
        return self.at_ns < other.at_ns

    def cancel(self) -> None:
        self.call = None


class Timeline:
    """Timers that run when the test says how late it is."""

    def __init__(self, now_ms: int = 0) -> None:
        self.now_ns = now_ms * MS
        self.alarms: list[Alarm] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> Alarm:
        alarm = Alarm(self.now_ns + round(seconds * 1e9), call)
        heapq.heappush(self.alarms, alarm)
        return alarm

    def pass_until(self, ms: int, *, late_ms: int = 0) -> None:
        """Every alarm is ``late_ms`` late."""
        while self.alarms and self.alarms[0].at_ns + late_ms * MS <= ms * MS:
            alarm = heapq.heappop(self.alarms)
            if alarm.call is not None:
                self.now_ns = alarm.at_ns + late_ms * MS
                alarm.call()
        self.now_ns = ms * MS

    @property
    def waiting(self) -> int:
        return sum(alarm.call is not None for alarm in self.alarms)


class Ticks:
    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.times_ms: list[int] = []

    def tick(self) -> None:
        self.times_ms.append(self.timeline.now_ns // MS)

    def close(self) -> None:
        """Nothing is held."""


def cadence_of(timeline: Timeline) -> Cadence:
    return Cadence(100 * MS, timeline.call_later, lambda: timeline.now_ns)


def test_beats_fall_on_whole_multiples_whenever_the_first_one_joined() -> None:
    timeline = Timeline(now_ms=30)
    cadence, stream = cadence_of(timeline), Ticks(timeline)
    cadence.add(stream)
    timeline.pass_until(350)
    assert stream.times_ms == [100, 200, 300]


def test_a_late_beat_does_not_delay_those_after_it() -> None:
    timeline = Timeline()
    cadence, stream = cadence_of(timeline), Ticks(timeline)
    cadence.add(stream)
    timeline.pass_until(140, late_ms=40)
    timeline.pass_until(350)
    assert stream.times_ms == [140, 200, 300]


def test_nothing_beats_where_nobody_is_left() -> None:
    timeline = Timeline()
    cadence, streams = cadence_of(timeline), [Ticks(timeline), Ticks(timeline)]
    for stream in streams:
        cadence.add(stream)
    timeline.pass_until(100)
    cadence.remove(streams[0])
    timeline.pass_until(200)
    cadence.remove(streams[1])
    assert timeline.waiting == 0
    assert [stream.times_ms for stream in streams] == [[100], [100, 200]]


def test_a_stream_that_everyone_has_left_is_neither_timed_nor_computed() -> None:
    timeline = Timeline()
    engine = Engine(list(SYMBOLS.values()))
    history = MarketHistory(engine.symbols)
    posted: list[tuple[Audience, bytes]] = []
    got: list[bytes] = []
    clock = Clock(wall_ns=lambda: timeline.now_ns, monotonic_ns=lambda: timeline.now_ns)
    hub = Hub(
        engine,
        history,
        Cadences(),
        clock=clock,
        post=lambda audience, payload: posted.append((audience, payload)),
        call_later=timeline.call_later,
    )
    Commitment(engine, Unjournaled()).add_listener(hub)
    names = ["btcusdt@depth5@100ms", "btcusdt@kline_1m", "!miniTicker@arr", "btcusdt@bookTicker", "nosuch@depth"]
    feeds = [feed for name in names if (feed := hub.enter(name)) is not None]
    for feed in feeds:
        feed.join("me", got.append, TimeUnit.MILLISECOND, combined=False)
    assert [hub.enter(name) for name in names] == feeds
    assert (len(feeds), timeline.waiting) == (5, 3)
    timeline.pass_until(1000)
    assert len(posted) == 11
    for feed in feeds:
        feed.leave("me")
        hub.exit(feed)
    assert timeline.waiting == 0
    assert hub.enter(names[0]) is not feeds[0]
