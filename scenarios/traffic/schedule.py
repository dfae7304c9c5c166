"""When arrivals are due: pure iterators of nanoseconds since the run's start, from a rate, a stretch and a seed.

A schedule is the same however many workers share it: each walks all of it and takes every n-th arrival.
"""

from collections.abc import Iterator, Mapping
from itertools import count, islice
from types import MappingProxyType
from typing import Protocol, TypeVar

import numpy as np

from scenarios.traffic.streams import array_stream

NS_PER_SECOND = 1_000_000_000
_GAPS_AT_ONCE = 4096

T = TypeVar("T")


class Arrivals(Protocol):
    """An arrival shape: due times in ``[start_ns, end_ns)``, in order."""

    def __call__(self, rate_per_s: float, start_ns: int, end_ns: int, seed: int, name: str) -> Iterator[int]: ...


def constant(rate_per_s: float, start_ns: int, end_ns: int, seed: int = 0, name: str = "") -> Iterator[int]:  # noqa: ARG001
    """Evenly spaced, the first at the start. Each is computed from its number, so that no error adds up."""
    if rate_per_s <= 0:
        return
    for number in count():
        due_ns = start_ns + round(number * NS_PER_SECOND / rate_per_s)
        if due_ns >= end_ns:
            return
        yield due_ns


def poisson(rate_per_s: float, start_ns: int, end_ns: int, seed: int, name: str) -> Iterator[int]:
    """Independent users: exponential gaps with mean ``1 / rate_per_s``."""
    if rate_per_s <= 0:
        return
    uniform = array_stream(seed, name, "arrivals")
    after_start_s = 0.0
    while True:
        # Inverse transform instead of numpy's ziggurat: doubles in [0, 1) are what every release draws alike.
        gaps_s = -np.log1p(-uniform.random(_GAPS_AT_ONCE)) / rate_per_s
        due_s = after_start_s + np.cumsum(gaps_s)
        after_start_s = float(due_s[-1])
        for due_ns in (start_ns + (due_s * NS_PER_SECOND).astype(np.int64)).tolist():
            if due_ns >= end_ns:
                return
            yield due_ns


ARRIVALS: Mapping[str, Arrivals] = MappingProxyType({"constant": constant, "poisson": poisson})
"""The table of shapes. A new one is a function above and a line in here."""


def share(of_all: Iterator[T], worker: int, workers: int) -> Iterator[T]:
    """What falls to one worker: every ``workers``-th, beginning with its own number."""
    return islice(of_all, worker, None, workers)
