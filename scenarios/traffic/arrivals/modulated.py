"""A Markov-modulated Poisson process: the rate itself jumps at random, and stays for a random while."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from scenarios.errors import broken_rule
from scenarios.quantities import NS_PER_SECOND, Duration, format_duration
from scenarios.traffic.arrivals.intensity import Intensity
from scenarios.traffic.arrivals.shape import (
    BATCH,
    ArrivalShape,
    Floats,
    Level,
    Nanoseconds,
    unit_exponentials,
    whole_ns,
)

SOJOURNS_AT_ONCE = 1024
SOJOURN_MIN_NS = 1_000_000
"""Shorter ones would be a Poisson process to whoever looks, at great cost."""
STATES_MAX = 100

States: TypeAlias = NDArray[np.int64]


class Modulated(ArrivalShape):
    """Poisson arrivals at one of several levels, each kept for an exponential time of its own mean.

    After it any of the others follows, all alike. The first level is drawn as if the process had gone on for ever, so
    that the mean rate is that of every moment (Fischer and Meier-Hellstern, The MMPP cookbook, 1993, section 1).
    """

    shape: Literal["modulated"] = "modulated"
    levels: Annotated[tuple[Level, ...], Field(min_length=2, max_length=STATES_MAX)]
    sojourns_ns: Annotated[tuple[Duration, ...], Field(min_length=2, max_length=STATES_MAX)] = Field(alias="sojourns")
    """Mean times, one for each level."""

    @model_validator(mode="after")
    def _levels_have_sojourns(self) -> Self:
        if len(self.sojourns_ns) != len(self.levels):
            written = [format_duration(each) for each in self.sojourns_ns]
            raise broken_rule("sojourns", written, f"must be as many as the levels, {len(self.levels)}")
        if min(self.sojourns_ns) < SOJOURN_MIN_NS:
            rule = f"must be at least {format_duration(SOJOURN_MIN_NS)} each"
            raise broken_rule("sojourns", [format_duration(each) for each in self.sojourns_ns], rule)
        if not any(self.levels):
            raise broken_rule("levels", list(self.levels), "must have one above 0")
        return self

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:
        levels, means_s = np.array(self.levels), np.array(self.sojourns_ns) / NS_PER_SECOND
        rates_per_s = levels * (rate_per_s * means_s.sum() / (levels * means_s).sum())
        began_s = 0.0
        for states, sojourns_s in _paths(means_s, draws):
            path = Intensity.of(sojourns_s, rates_per_s[states], rates_per_s[states])
            for due_s in _along(path, draws):
                yield whole_ns(began_s + due_s)
            began_s += float(path.edges_s[-1])
            if began_s * NS_PER_SECOND > length_ns:
                return


def _paths(means_s: Floats, draws: np.random.Generator) -> Iterator[tuple[States, Floats]]:
    """Stretches of the chain, each going on where the one before it ended: states, and how long each is kept."""
    state = int(np.searchsorted(np.cumsum(means_s) / means_s.sum(), draws.random(), side="right"))
    while True:
        # From each state to any of the others, 1 to n - 1 further on in a circle.
        jumps = 1 + (draws.random(SOJOURNS_AT_ONCE) * (len(means_s) - 1)).astype(np.int64)
        states = (state + np.append(0, np.cumsum(jumps))) % len(means_s)
        state = int(states[-1])
        yield states[:-1], unit_exponentials(draws, SOJOURNS_AT_ONCE) * means_s[states[:-1]]


def _along(path: Intensity, draws: np.random.Generator) -> Iterator[Floats]:
    """Poisson arrivals to the end of a stretch. The next one may start afresh: nothing is remembered between gaps."""
    reached, end = 0.0, float(path.cumulative[-1])
    while reached < end:
        integrals = reached + np.cumsum(unit_exponentials(draws, BATCH))
        reached = float(integrals[-1])
        inside = integrals[integrals < end]
        yield path.moments(inside)
