"""5,000 open WebSocket subscriptions: events a second that one core receives and ages.

Beside a loop that only counts, which is the ceiling, and one that ages with the standard library's json. The feed is
canned and costs its own core less than any of them, so that the listener sets the pace.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clients.hearing import HOW
from benchmarks.cores import CannotMeasure, Cores, pinned, serving, two_cores
from benchmarks.fan_out import counted
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, Spread, level, measure_rounds, ratio
from benchmarks.settings import Settings

SUBSCRIBERS = 5000
BUSY_AT_LEAST = 0.8
"""Of its core: a listener with time to spare was not measured, but the feed."""


def measure_listener(cores: Cores, settings: Settings, folder: Path, how: str) -> Figures:
    """What one kind of listener heard. Raises CannotMeasure where the feed was the slower one."""
    feed = [sys.executable, "-m", "benchmarks.servers.feed", "--subscribers", str(SUBSCRIBERS)]
    with serving(cores.serving, feed, folder / "feed.log") as served:
        command = [sys.executable, "-m", "benchmarks.clients.hearing", "--how", how, "--url", served["ws"]]
        command += ["--subscribers", str(SUBSCRIBERS), "--seconds", str(settings.seconds)]
        command += ["--warm-up-seconds", str(settings.warm_up_seconds)]
        found = counted(pinned(cores.loading, command), settings)
    if how == "ours" and found["busy"] < BUSY_AT_LEAST:
        raise CannotMeasure(f"our subscriber used {found['busy']:.2f} of its core: the feed or the host was slower")
    return found


def findings(rounds: list[Round]) -> list[Finding]:
    return [
        Finding("ours: received, aged, placed in their sequence", "events/s", level(rounds, "ours per_second")),
        Finding("plain: json and a list of ages", "events/s", level(rounds, "plain per_second")),
        Finding("counting only", "events/s", level(rounds, "counting per_second")),
        Finding("ours / plain, per processor second", "times", _per_processor(rounds, "plain"), aim=1.0),
        Finding("ours / counting only, per processor second", "times", _per_processor(rounds, "counting")),
        Finding("ours, share of its core", "", level(rounds, "ours busy")),
    ]


def _per_processor(rounds: list[Round], other: str) -> Spread:
    return ratio(rounds, "ours per_processor_second", f"{other} per_processor_second")


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        contenders: dict[str, Callable[[], Figures]] = {
            how: partial(measure_listener, cores, settings, Path(name), how) for how in HOW
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = f"Events a second that one core receives and ages over {SUBSCRIBERS:,} WebSocket subscriptions"
    return Report("feeds", question, settings.record(), rounds, findings(rounds))
