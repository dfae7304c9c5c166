"""A rate that grows or falls in a straight line."""

from collections.abc import Iterator
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.errors import broken_rule
from scenarios.quantities import NS_PER_SECOND
from scenarios.traffic.arrivals.intensity import Intensity, Spacing, following
from scenarios.traffic.arrivals.shape import ArrivalShape, Level, Nanoseconds


class Ramp(ArrivalShape):
    """From one level to another over the phase: ``from: 100, to: 1000`` at a mean of 550/s is from 100/s to 1000/s."""

    shape: Literal["ramp"] = "ramp"
    from_level: Level = Field(alias="from")
    to_level: Level = Field(alias="to")
    spacing: Spacing = "poisson"

    @model_validator(mode="after")
    def _is_somewhere_above_nothing(self) -> Self:
        if not self.from_level + self.to_level:
            raise broken_rule("to", self.to_level, "must be above 0 where from is 0")
        return self

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:
        line = Intensity.of([length_ns / NS_PER_SECOND], [self.from_level], [self.to_level])
        return following(line, self.spacing, rate_per_s, length_ns, draws)
