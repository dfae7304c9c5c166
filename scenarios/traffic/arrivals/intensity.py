"""A rate that changes in time, and arrivals that follow it: even ones in exact numbers, or Poisson ones in expectation.

Both come from one place: arrivals of rate 1, evenly spaced or Poisson, are stretched by the inverse of the cumulative
intensity (time rescaling; Daley and Vere-Jones, An Introduction to the Theory of Point Processes I, 7.4). Pure.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Literal, Self

import numpy as np

from scenarios.quantities import NS_PER_SECOND
from scenarios.traffic.arrivals.shape import BATCH, Floats, Nanoseconds, unit_exponentials, whole_ns

Spacing = Literal["even", "poisson"]
"""``even``: in every stretch as many as the intensity says, up to one. ``poisson``: so many in expectation."""


@dataclass(frozen=True, slots=True, eq=False)
class Intensity:
    """Levels that go in straight lines between edges, and begin anew after the last edge, for ever."""

    edges_s: Floats
    """Where pieces meet, ascending: 0 first, the length of a cycle last."""
    begins: Floats
    """The level at the beginning of each piece."""
    ends: Floats
    """The level at the end of each piece."""
    cumulative: Floats
    """Integral of the level from 0 to each edge."""

    @classmethod
    def of(
        cls, lengths_s: Sequence[float] | Floats, begins: Sequence[float] | Floats, ends: Sequence[float] | Floats
    ) -> Self:
        """Pieces of these lengths, from and to these levels. Some piece must have a level above 0."""
        lengths, first, last = (np.asarray(each, dtype=np.float64) for each in (lengths_s, begins, ends))
        areas = lengths * (first + last) / 2
        return cls(np.append(0.0, np.cumsum(lengths)), first, last, np.append(0.0, np.cumsum(areas)))

    def integral(self, until_s: float) -> float:
        """Of the level, from 0 to a moment."""
        cycles, rest_s = divmod(until_s, float(self.edges_s[-1]))
        piece = int(np.clip(np.searchsorted(self.edges_s, rest_s, side="right") - 1, 0, len(self.begins) - 1))
        into_s = rest_s - self.edges_s[piece]
        begin, slope = self.begins[piece], self._slopes()[piece]
        within = float(self.cumulative[piece] + begin * into_s + slope * into_s**2 / 2)
        return cycles * float(self.cumulative[-1]) + within

    def moments(self, integrals: Floats) -> Floats:
        """When the integral of the level reaches each of these values, in seconds."""
        cycles, rest = np.divmod(integrals, self.cumulative[-1])
        # From the right: where the level is 0 for a while, what comes next is due after it and not in it.
        piece = np.clip(np.searchsorted(self.cumulative, rest, side="right") - 1, 0, len(self.begins) - 1)
        area, begin = rest - self.cumulative[piece], self.begins[piece]
        # The root of begin * x + slope * x² / 2 = area, in the form that neither cancels nor divides by a slope of 0.
        reached = np.sqrt(np.maximum(begin**2 + 2 * self._slopes()[piece] * area, 0.0))
        divisor = begin + reached  # 0 at the foot of a ramp from nothing
        into_s = np.divide(2 * area, divisor, out=np.zeros_like(area), where=divisor > 0)
        left, right = self.edges_s[piece], self.edges_s[piece + 1]
        reached_s: Floats = cycles * self.edges_s[-1] + np.minimum(left + into_s, right)
        return reached_s

    def _slopes(self) -> Floats:
        return (self.ends - self.begins) / np.diff(self.edges_s)


def following(
    intensity: Intensity, spacing: Spacing, rate_per_s: float, length_ns: int, draws: np.random.Generator
) -> Iterator[Nanoseconds]:
    """Batches without end of arrivals whose mean over ``length_ns`` is ``rate_per_s``: exactly, up to half an arrival,
    where they are even, and in expectation where they are Poisson."""
    length_s = length_ns / NS_PER_SECOND
    area_per_arrival = intensity.integral(length_s) / (rate_per_s * length_s)
    latest_ns = 0
    for ordinals in _SPACINGS[spacing](draws):
        due_ns = whole_ns(intensity.moments(ordinals * area_per_arrival))
        due_ns[0] = max(int(due_ns[0]), latest_ns)
        in_order = np.maximum.accumulate(due_ns)  # roots may be wrong in the last bit, and no arrival overtakes another
        latest_ns = int(in_order[-1])
        yield in_order


def _even(draws: np.random.Generator) -> Iterator[Floats]:  # noqa: ARG001
    """In the middle of each unit, so that a stretch with n of them gets n."""
    for first in count(step=BATCH):
        yield np.arange(first, first + BATCH, dtype=np.float64) + 0.5


def _poisson(draws: np.random.Generator) -> Iterator[Floats]:
    reached = 0.0
    while True:
        ordinals = reached + np.cumsum(unit_exponentials(draws))
        reached = float(ordinals[-1])
        yield ordinals


_SPACINGS: Mapping[Spacing, Callable[[np.random.Generator], Iterator[Floats]]] = MappingProxyType(
    {"even": _even, "poisson": _poisson}
)
