"""Thousands of subscriptions in one process: what comes a second, by our subscriber or by less.

``ours`` is what a run has: ages, sequences, silence, pings. ``counting`` does nothing but count, the most that picows
can do. ``plain`` is what one writes in an afternoon: the standard library's json, and the age in a list.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.clients.subscribers import AT_ONCE, connected
from scenarios.subscriber.drive import Listening
from scenarios.subscriber.plan import SubscriberPlan

STREAMS = "/stream?streams=btcusdt@trade&timeUnit=MICROSECOND"
Heard = Callable[[], int]
"""How many events have come so far."""


class Plain(WSListener):
    """Parses and ages every event."""

    def __init__(self) -> None:
        self.ages_us: list[int] = []
        self.out_of_order = 0
        self._latest = 0

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Called by picows."""
        del transport
        if frame.msg_type == WSMsgType.TEXT:
            event = json.loads(frame.get_payload_as_bytes())["data"]
            self.ages_us.append(time.time_ns() // 1000 - event["E"])
            self.out_of_order += event["t"] <= self._latest
            self._latest = event["t"]


async def counting(url: str, subscribers: int) -> Heard:
    readers = await connected(url + STREAMS, subscribers)
    return lambda: sum(reader.messages for reader in readers)


async def plain(url: str, subscribers: int) -> Heard:
    readers = [Plain() for _ in range(subscribers)]
    for begun in range(0, subscribers, AT_ONCE):
        joining = readers[begun : begun + AT_ONCE]
        await asyncio.gather(*(ws_connect(partial(_itself, each), url + STREAMS) for each in joining))
    return lambda: sum(len(reader.ages_us) for reader in readers)


def _itself(reader: Plain) -> Plain:
    return reader


async def ours(url: str, subscribers: int) -> Heard:
    listening = Listening(
        SubscriberPlan(
            base_url="http://127.0.0.1:9",
            streams_url=url,
            streams=["trade"],
            subscribers=subscribers,
            symbols=["BTCUSDT"],
            user_data_of=None,
            silence_ms=60_000,
            seed=1,
            feeds_dir="unused",
        )
    )
    listening.prepare(["BTCUSDT"])
    listening.begin(time.monotonic_ns())
    await listening.connect()
    tally = listening.heard.tallies["btcusdt@trade"]

    def heard() -> int:
        assert not listening.heard.marks.rows, listening.heard.marks.rows[0]
        return tally.events

    return heard


HOW: Mapping[str, Callable[[str, int], Awaitable[Heard]]] = {"ours": ours, "counting": counting, "plain": plain}


async def measure(how: str, url: str, subscribers: int, seconds: tuple[float, float]) -> dict[str, float]:
    """``seconds`` to warm up, and to count."""
    heard = await HOW[how](url, subscribers)
    await asyncio.sleep(seconds[0])
    before, began, used = heard(), time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds[1])
    events, passed, used = heard() - before, time.perf_counter() - began, time.process_time() - used
    return {"per_second": events / passed, "per_processor_second": events / used, "busy": used / passed}


def main() -> None:
    """Prints one JSON line with what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--how", choices=HOW, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--subscribers", type=int, required=True)
    parser.add_argument("--warm-up-seconds", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    asked = parser.parse_args()
    seconds = asked.warm_up_seconds, asked.seconds
    print(json.dumps(uvloop.run(measure(asked.how, asked.url, asked.subscribers, seconds))), flush=True)


if __name__ == "__main__":
    main()
