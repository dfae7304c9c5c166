"""A base rate, and bursts above it at equal intervals."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.errors import broken_rule
from scenarios.quantities import NS_PER_SECOND, Duration, format_duration
from scenarios.traffic.arrivals.intensity import Intensity, Spacing, following
from scenarios.traffic.arrivals.shape import ArrivalShape, Misfit, Nanoseconds


class Burst(ArrivalShape):
    """``height`` times the base rate for ``length`` at the end of each interval ``every``: the phase begins calm."""

    shape: Literal["burst"] = "burst"
    height: Annotated[float, Field(gt=1, le=1_000_000, allow_inf_nan=False)]
    length_ns: Duration = Field(alias="length")
    every_ns: Duration = Field(alias="every")
    spacing: Spacing = "poisson"

    @model_validator(mode="after")
    def _ends_before_the_next(self) -> Self:
        if self.length_ns >= self.every_ns:
            rule = f"must be shorter than the interval, {format_duration(self.every_ns)}, for a base rate to be seen"
            raise broken_rule("length", format_duration(self.length_ns), rule)
        return self

    def misfit(self, length_ns: int) -> Misfit | None:
        if self.every_ns <= length_ns:
            return None
        rule = f"must not exceed the phase, {format_duration(length_ns)}: bursts come at the end of each interval"
        return Misfit("every", format_duration(self.every_ns), rule)

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:
        lengths_s = [(self.every_ns - self.length_ns) / NS_PER_SECOND, self.length_ns / NS_PER_SECOND]
        interval = Intensity.of(lengths_s, [1.0, self.height], [1.0, self.height])
        return following(interval, self.spacing, rate_per_s, length_ns, draws)
