"""A self-exciting (Hawkes) process: each arrival makes others likelier for a while, as news and liquidations do."""

from collections.abc import Iterator
from math import exp, inf, log1p
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from scenarios.quantities import NS_PER_SECOND, Duration
from scenarios.traffic.arrivals.shape import ArrivalShape, Nanoseconds, unit_exponentials, whole_ns

AT_ONCE = 512
"""Fewer than elsewhere: one after the other is slower, and a sender waits for it."""


class Hawkes(ArrivalShape):
    """Every arrival sets off ``branching`` others in the mean, exponentially distributed in time with mean ``decay``.

    The intensity is ``mu + excess``, with ``mu = rate * (1 - branching)``; an arrival adds ``branching / decay`` to the
    excess, which dies away with ``decay``. It begins at ``rate - mu``, its mean in the long run, so that the mean rate
    is that of every moment from the first on.
    """

    shape: Literal["hawkes"] = "hawkes"
    branching: Annotated[float, Field(gt=0, lt=1)]
    decay_ns: Duration = Field(alias="decay")

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:  # noqa: ARG002
        """Exactly, without thinning (Dassios and Zhao, Exact simulation of Hawkes process with exponentially decaying
        intensity, 2013): the next arrival is the earlier of one from ``mu`` and one, if any, from the excess."""
        decay_s = self.decay_ns / NS_PER_SECOND
        added_per_s = self.branching / decay_s
        excess_per_s = rate_per_s * self.branching
        at_s = 0.0
        while True:
            from_mu_s = (unit_exponentials(draws, AT_ONCE) / (rate_per_s * (1 - self.branching))).tolist()
            from_excess = (unit_exponentials(draws, AT_ONCE) / decay_s).tolist()
            due_s = []
            for of_mu_s, needed_per_s in zip(from_mu_s, from_excess, strict=True):
                # What is left of the excess has an integral of excess * decay: it may not suffice for an arrival.
                of_excess_s = -decay_s * log1p(-needed_per_s / excess_per_s) if needed_per_s < excess_per_s else inf
                gap_s = min(of_mu_s, of_excess_s)
                at_s += gap_s
                excess_per_s = excess_per_s * exp(-gap_s / decay_s) + added_per_s
                due_s.append(at_s)
            yield whole_ns(np.array(due_s))
