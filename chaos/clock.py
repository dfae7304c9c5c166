"""Time as the run counts it."""

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """What the conductor tells the time by."""

    def now_ns(self) -> int:
        """Nanoseconds since the run's start; never runs backwards."""


@dataclass(frozen=True, slots=True)
class RunClock:
    """CLOCK_MONOTONIC, which all processes of a host share, counted from the run's start."""

    epoch_monotonic_ns: int

    @classmethod
    def starting_now(cls) -> "RunClock":
        return cls(time.monotonic_ns())

    def now_ns(self) -> int:
        return time.monotonic_ns() - self.epoch_monotonic_ns
