"""How long the engine takes per command when its capacity is a number rather than what this host's core can do.

A ``SingleServer`` is the textbook's G/G/1 queue: a command that arrives at ``t`` completes at ``max(t, free_at) + S``.
Everything here is arithmetic on nanoseconds that are passed in; whoever owns a clock waits.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mock_exchange.config import ConstantTime, ExponentialTime, LognormalTime, ServiceTimeConfig

_NS_PER_MS = 1_000_000


class ServiceTime(Protocol):
    """A distribution of service times."""

    @property
    def mean_ns(self) -> float: ...

    def draw_ns(self, rng: random.Random) -> int: ...


@dataclass(frozen=True, slots=True)
class Constant:
    """Every command takes the same time."""

    mean_ns: float

    def draw_ns(self, rng: random.Random) -> int:  # noqa: ARG002 - a constant has no use for chance
        return round(self.mean_ns)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Memoryless: the M of M/M/1."""

    mean_ns: float

    def draw_ns(self, rng: random.Random) -> int:
        return round(rng.expovariate(1.0 / self.mean_ns))


@dataclass(frozen=True, slots=True)
class Lognormal:
    """``sigma`` is the standard deviation of the logarithm; ``mean_ns`` is the mean of the time itself."""

    mean_ns: float
    sigma: float

    def draw_ns(self, rng: random.Random) -> int:
        # The mean of a lognormal is exp(mu + sigma^2 / 2), solved for mu.
        return round(rng.lognormvariate(math.log(self.mean_ns) - self.sigma**2 / 2, self.sigma))


@dataclass(frozen=True, slots=True)
class Recorded:
    """Draws, with replacement, from times that were measured elsewhere."""

    values_ns: Sequence[int]

    @property
    def mean_ns(self) -> float:
        return sum(self.values_ns) / len(self.values_ns)

    def draw_ns(self, rng: random.Random) -> int:
        return rng.choice(self.values_ns)


def recorded_ms(values_ms: Sequence[float]) -> Recorded:
    return Recorded(tuple(round(value_ms * _NS_PER_MS) for value_ms in values_ms))


class SingleServer:
    """One server, one command at a time, in the order in which they are begun.

    It lives in ideal time: a command begins when the previous one completed on paper, not when a late timer said so,
    so that lateness of the host never adds up to lost capacity.
    """

    __slots__ = ("_draw_ns", "free_at_ns")

    def __init__(self, service_time: ServiceTime, rng: random.Random) -> None:
        self._draw_ns: Callable[[], int] = lambda: service_time.draw_ns(rng)
        self.free_at_ns = 0
        """When the last command that was begun completes."""

    def begins_at(self, queued_ns: int) -> int:
        """When a command that was queued then can begin, given those begun before it."""
        return max(queued_ns, self.free_at_ns)

    def begin(self, queued_ns: int, pace: float = 1) -> int:
        """Take a command into service, which takes ``pace`` times what is drawn; returns when it completes."""
        self.free_at_ns = self.begins_at(queued_ns) + round(self._draw_ns() * pace)
        return self.free_at_ns

    def resume_at(self, now_ns: int) -> None:
        """The server stood still until now: what was due before then is due now, and the time is lost."""
        self.free_at_ns = max(self.free_at_ns, now_ns)


def service_time_of(config: ServiceTimeConfig) -> ServiceTime:
    """The distribution that the configuration describes."""
    if isinstance(config, ConstantTime):
        return Constant(config.mean)
    if isinstance(config, ExponentialTime):
        return Exponential(config.mean)
    if isinstance(config, LognormalTime):
        return Lognormal(config.mean, config.sigma)
    return recorded_ms(config.values_ms)
