"""Depth to a thousand WebSocket subscribers: messages a second that one core of the exchange hands out.

Twice: at the venue's pace, where 1,000 readers of ``@depth@100ms`` are due 10,000 messages a second and none may be
missing, and at a pace that no core keeps up with, which shows how many there can be. The readers have the other core.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cores import ROOT, CannotMeasure, Cores, pinned, processor_seconds, two_cores
from benchmarks.exchange_orders import ACCOUNT, wrk_on
from benchmarks.exchange_server import exchange, market_of
from benchmarks.results import Finding, Report
from benchmarks.rounds import Figures, Round, level, measure_rounds, ratio
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH

SUBSCRIBERS = 1000
STREAM = "/ws/btcusdt@depth@100ms"
PACES: Mapping[str, str] = {"at the venue's pace": "100ms", "at full speed": "2ms"}
"""How often the exchange speaks on the stream."""
DUE_PER_SECOND = SUBSCRIBERS * 10
START_SECONDS = 60


def measure_pace(cores: Cores, settings: Settings, folder: Path, pace: str) -> Figures:
    """What all subscribers got together, and what it cost the exchange."""
    streams = {"fast": PACES[pace]}
    with exchange(cores.serving, ACCOUNT, folder, streams=streams) as served:
        wrk = wrk_on(cores, settings, folder, market_of(served["rest"]).resting)
        command = [sys.executable, "-m", "benchmarks.clients.subscribers", "--streams", served["ws"] + STREAM]
        command += ["--rest", served["rest"] + PATH, "--bodies", str(wrk.bodies), "--key", ACCOUNT.key]
        command += ["--subscribers", str(SUBSCRIBERS), "--seconds", str(settings.seconds)]
        command += ["--warm-up-seconds", str(settings.warm_up_seconds)]
        before = processor_seconds(served["pid"])
        found = counted(pinned(cores.loading, command), settings)
        used = processor_seconds(served["pid"]) - before
    if found["refused_orders"] or not found["least"]:
        raise CannotMeasure(f"{pace}: {found['refused_orders']} orders refused, a subscriber got {found['least']}")
    return {
        "per_second": found["per_second"],
        "megabytes_per_second": found["bytes_per_second"] / 1e6,
        "least": found["least"],
        "most": found["most"],
        "processor_seconds": used,
    }


def counted(command: list[str], settings: Settings) -> dict[str, float]:
    patience = START_SECONDS + settings.seconds + settings.warm_up_seconds
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=patience)
    if ended.returncode:
        raise CannotMeasure(f"the subscribers failed: {ended.stderr[-500:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def findings(rounds: list[Round]) -> list[Finding]:
    venue, full = PACES
    return [
        Finding(f"depth, {venue}", "messages/s", level(rounds, f"{venue} per_second"), aim=0.99 * DUE_PER_SECOND),
        Finding(f"depth, {full}", "messages/s", level(rounds, f"{full} per_second")),
        Finding(f"depth, {full}", "MB/s", level(rounds, f"{full} megabytes_per_second")),
        *(
            Finding(f"least / most served subscriber, {pace}", "times", ratio(rounds, f"{pace} least", f"{pace} most"))
            for pace in PACES
        ),
    ]


def run(settings: Settings) -> Report:
    """Measure. Raises CannotMeasure."""
    cores = two_cores()
    with TemporaryDirectory() as name:
        contenders: dict[str, Callable[[], Figures]] = {
            pace: partial(measure_pace, cores, settings, Path(name), pace) for pace in PACES
        }
        rounds = list(measure_rounds(contenders, settings.rounds))
    question = f"Depth messages that one core of the exchange hands out to {SUBSCRIBERS:,} WebSocket subscribers"
    return Report("fan_out", question, settings.record(), rounds, findings(rounds))
