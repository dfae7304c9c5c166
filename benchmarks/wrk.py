"""wrk as the load: one thread on one core, in C, so that a server in Python is what limits the rate."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cores import ROOT, CannotMeasure, pinned, tool

SCRIPT = ROOT / "benchmarks" / "orders.lua"

PATIENCE_SECONDS = 20
"""A late reply is a late reply: wrk's own two seconds would call it a failure, and end the benchmark."""


@dataclass(frozen=True, slots=True)
class WrkResult:
    """What wrk counted; ``not_ok`` are replies of status 400 and above, ``broken`` failed connections and timeouts."""

    requests: int
    duration_us: int
    not_ok: int
    broken: int
    p50_us: float
    p99_us: float

    @property
    def per_second(self) -> float:
        return self.requests / self.duration_us * 1e6


@dataclass(frozen=True, slots=True)
class Wrk:
    """Where wrk runs, how many connections it keeps, and what it posts: a file with one body a line, for a key."""

    core: int
    connections: int
    bodies: Path | None = None
    key: str = ""

    def load(self, url: str, seconds: int) -> WrkResult:
        """Load the URL. Raises CannotMeasure when a single request fails: a rate of refusals is no rate of orders."""
        wrk = tool("wrk", "install wrk")
        options = ["--threads", "1", "--connections", str(self.connections), "--duration", f"{seconds}s"]
        options += ["--timeout", f"{PATIENCE_SECONDS}s"]
        arguments = [str(self.bodies), self.key] if self.bodies else []
        command = pinned(self.core, [wrk, *options, "--script", str(SCRIPT), url, "--", *arguments])
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30)
        result = WrkResult(**json.loads(ended.stdout.splitlines()[-1]))
        if result.not_ok or result.broken or not result.requests:
            raise CannotMeasure(
                f"{url}: {result.not_ok} refused and {result.broken} broken of {result.requests} requests"
            )
        return result
