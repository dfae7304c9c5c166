"""Latency where a server has room: an open loop at half of the rate that it has just shown."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from benchmarks.cores import ROOT, CannotMeasure, pinned
from benchmarks.rounds import Figures
from benchmarks.settings import Settings
from benchmarks.signed_orders import PATH
from benchmarks.wrk import Wrk

SHARE = 0.5
HALF_LOAD_CONNECTIONS = 64
HALF_P50, HALF_P99 = "half_load_p50_us", "half_load_p99_us"


def half_load(wrk: Wrk, ready: Mapping[str, Any], settings: Settings, per_second: float) -> Figures:
    """Median and 99th percentile, from when an order was due. Raises CannotMeasure when one was refused or lost."""
    command = [sys.executable, "-m", "benchmarks.clients.open_loop", ready["rest"] + PATH, "--bodies", str(wrk.bodies)]
    command += ["--key", wrk.key, "--rate", str(per_second * SHARE), "--seconds", str(settings.seconds)]
    command += ["--connections", str(HALF_LOAD_CONNECTIONS)]
    ended = subprocess.run(
        pinned(wrk.core, command), cwd=ROOT, capture_output=True, text=True, check=True, timeout=settings.seconds + 60
    )
    found = json.loads(ended.stdout.splitlines()[-1])
    if found["refused"] or found["unanswered"]:
        raise CannotMeasure(f"{ready['rest']}: {found['refused']} refused, {found['unanswered']} lost at half load")
    return {HALF_P50: found["p50_us"], HALF_P99: found["p99_us"]}
