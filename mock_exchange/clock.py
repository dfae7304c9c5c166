"""The two times that the exchange tells: what it shows to clients, and what it measures durations with."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    wall_ns: Callable[[], int]
    """Since the epoch: server time, order times, and the check of a request's timestamp."""
    monotonic_ns: Callable[[], int]
    """Never steps: stages, deadlines and the service-time model. Must be the clock of the event loop's timers."""


SYSTEM_CLOCK = Clock(wall_ns=time.time_ns, monotonic_ns=time.monotonic_ns)
