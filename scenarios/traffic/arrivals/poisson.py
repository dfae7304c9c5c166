"""Independent users: arrivals that know nothing of each other."""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from scenarios.traffic.arrivals.shape import ArrivalShape, Nanoseconds, unit_exponentials, whole_ns


class Poisson(ArrivalShape):
    """Exponential gaps with mean ``1 / rate``."""

    shape: Literal["poisson"] = "poisson"

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:  # noqa: ARG002
        after_start_s = 0.0
        while True:
            due_s = after_start_s + np.cumsum(unit_exponentials(draws) / rate_per_s)
            after_start_s = float(due_s[-1])
            yield whole_ns(due_s)
