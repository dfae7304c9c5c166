"""Evenly spaced arrivals."""

from collections.abc import Iterator
from itertools import count
from typing import Literal

import numpy as np

from scenarios.quantities import NS_PER_SECOND
from scenarios.traffic.arrivals.shape import BATCH, ArrivalShape, Nanoseconds


class Constant(ArrivalShape):
    """The first arrival at the start. Each is computed from its number, so that no error adds up."""

    shape: Literal["constant"] = "constant"

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:  # noqa: ARG002
        for first in count(step=BATCH):
            numbers = np.arange(first, first + BATCH, dtype=np.float64)
            yield np.minimum(np.rint(numbers * NS_PER_SECOND / rate_per_s), 2.0**62).astype(np.int64)
