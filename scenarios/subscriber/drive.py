"""The life of a subscriber process: connect, hear time zero, listen until told to end, store, say the last word."""

import asyncio
import http.client
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from picows import WSError
from pydantic import JsonValue

from scenarios.errors import TargetUnavailable
from scenarios.subscriber.asking import Snapshots, clock_offset_ms, first_traded
from scenarios.subscriber.connection import Kept
from scenarios.subscriber.market import MarketSubscriber
from scenarios.subscriber.plan import SubscriberPlan
from scenarios.subscriber.tally import Heard
from scenarios.subscriber.user_data import UserDataSubscriber
from scenarios.traffic.streams import stream
from slo.history.feeds import Feeds, FeedSummary, StreamCount, write_feeds

NS_PER_MS = 1_000_000
AT_ONCE = 50
"""Handshakes under way."""
SUBSCRIBE_SECONDS_MAX = 10.0
LINGER_SECONDS = 0.5
"""What is still on its way when the run ends is heard; a silence is not made longer by it."""


def tell(message: dict[str, JsonValue]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


@dataclass(slots=True)
class Listening:
    """All subscribers of a plan."""

    plan: SubscriberPlan
    heard: Heard = field(default_factory=Heard)
    zero_ns: int = field(default_factory=time.monotonic_ns)
    """CLOCK_MONOTONIC of the run's start."""
    market: list[MarketSubscriber] = field(default_factory=list)
    user_data: list[UserDataSubscriber] = field(default_factory=list)
    _keeping: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def everyone(self) -> list[MarketSubscriber | UserDataSubscriber]:
        return [*self.market, *self.user_data]

    def clock(self) -> int:
        return time.monotonic_ns() - self.zero_ns

    def prepare(self, symbols: list[str]) -> None:
        """The subscribers, not connected yet."""
        plan, silence_ns = self.plan, round(self.plan.silence_ms * NS_PER_MS)
        names = [(symbol, name) for symbol in symbols for name in plan.streams]
        snapshot = Snapshots(plan.base_url)
        self.market = [
            MarketSubscriber(
                number,
                names,
                self.heard,
                silence_ns=silence_ns,
                clock=self.clock,
                wall_ns=time.time_ns,
                snapshot=snapshot,
            )
            for number in range(plan.subscribers if names else 0)
        ]
        if plan.user_data_of is not None:
            self.user_data = [
                UserDataSubscriber(
                    plan.user_data_of, self.heard, silence_ns=silence_ns, clock=self.clock, wall_ns=time.time_ns
                )
            ]

    async def connect(self) -> None:
        """All of them. Raises TargetUnavailable."""
        numbered = list(enumerate(self.everyone))
        for begun in range(0, len(numbered), AT_ONCE):
            await asyncio.gather(*(self._join(each, number) for number, each in numbered[begun : begun + AT_ONCE]))
        deadline_s = time.monotonic() + SUBSCRIBE_SECONDS_MAX
        while not all(each.subscribed for each in self.user_data):
            if any(each.refused for each in self.user_data) or time.monotonic() > deadline_s:
                raise TargetUnavailable(f"{self.plan.streams_url} does not take the subscription to user data")
            await asyncio.sleep(0.01)

    def begin(self, epoch_monotonic_ns: int) -> None:
        self.zero_ns = epoch_monotonic_ns
        for each in self.everyone:
            each.listening = True

    async def end(self) -> None:
        ended_ns = self.clock()
        await asyncio.sleep(LINGER_SECONDS)
        for each in self.everyone:
            each.listening = False
            each.end(ended_ns)
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)

    async def _join(self, subscriber: MarketSubscriber | UserDataSubscriber, number: int) -> None:
        choose: random.Random = stream(self.plan.seed, "subscriber", number)
        kept = Kept(self.plan.streams_url + subscriber.path, subscriber, self.clock, choose)
        try:
            transport, _ = await kept.open()
        except (OSError, TimeoutError, WSError) as error:
            raise TargetUnavailable(f"{self.plan.streams_url} does not open a stream: {error}") from error
        self._keeping.append(asyncio.ensure_future(kept.keep(transport)))


async def listen(plan: SubscriberPlan, stop: asyncio.Event) -> None:
    """Raises TargetUnavailable before the start; afterwards the venue's failures are data."""
    try:
        offset_ms, uncertain_ms = await clock_offset_ms(plan.base_url, time.time_ns)
        symbols = plan.symbols or [await first_traded(plan.base_url)]
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        raise TargetUnavailable(f"{plan.base_url} tells neither its time nor what it trades: {error}") from error
    listening = Listening(plan)
    listening.prepare(symbols)
    await listening.connect()
    tell({"event": "ready", "connections": len(listening.market) + len(listening.user_data)})
    epoch_ns = await _epoch_or_stop(stop)
    if epoch_ns is not None:
        listening.begin(epoch_ns)
        await stop.wait()
    await listening.end()
    heard = listening.heard
    summary = _summary(listening, offset_ms, uncertain_ms)
    write_feeds(Path(plan.feeds_dir), Feeds(summary, heard.ages_frame(), heard.marks_frame(), heard.reports_frame()))
    tell({"event": "done", "events": sum(each.events for each in heard.tallies.values())})


def _summary(listening: Listening, offset_ms: float, uncertain_ms: float) -> FeedSummary:
    heard = listening.heard
    return FeedSummary(
        streams=[
            StreamCount(stream=each.stream, subscribers=each.subscribers, events=each.events)
            for each in heard.tallies.values()
        ],
        other_messages=heard.other_messages,
        marks_left_out=heard.marks.left_out,
        clock_offset_ms=offset_ms,
        clock_offset_ms_uncertain=uncertain_ms,
        silence_ms=listening.plan.silence_ms,
    )


async def _epoch_or_stop(stop: asyncio.Event) -> int | None:
    """Time zero from standard input; None if told to stop or left alone before."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[bytes] = loop.create_future()

    def read() -> None:
        heard = sys.stdin.buffer.readline()
        loop.remove_reader(sys.stdin.fileno())
        if not line.done():
            line.set_result(heard)

    loop.add_reader(sys.stdin.fileno(), read)
    stopped = asyncio.ensure_future(stop.wait())
    either: list[asyncio.Future[bytes] | asyncio.Task[Literal[True]]] = [line, stopped]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not line.done() or not line.result():
        return None
    return int(json.loads(line.result())["epoch_monotonic_ns"])
