"""A rate that jumps from level to level."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.errors import broken_rule
from scenarios.quantities import NS_PER_SECOND, Duration, format_duration
from scenarios.traffic.arrivals.intensity import Intensity, Spacing, following
from scenarios.traffic.arrivals.shape import ArrivalShape, Level, Misfit, Nanoseconds

LEVELS_MAX = 1000


class Step(ArrivalShape):
    """One level after the other: from the moments ``at`` on, or each for an equal part of the phase."""

    shape: Literal["step"] = "step"
    levels: Annotated[tuple[Level, ...], Field(min_length=2, max_length=LEVELS_MAX)]
    at_ns: Annotated[tuple[Duration, ...], Field(max_length=LEVELS_MAX)] | None = Field(alias="at", default=None)
    """When each level but the first begins, since the phase's start."""
    spacing: Spacing = "poisson"

    @model_validator(mode="after")
    def _is_somewhere_above_nothing(self) -> Self:
        if not any(self.levels):
            raise broken_rule("levels", list(self.levels), "must have one above 0")
        return self

    @model_validator(mode="after")
    def _every_level_has_its_time(self) -> Self:
        if self.at_ns is None:
            return self
        written = [format_duration(each) for each in self.at_ns]
        if len(self.at_ns) != len(self.levels) - 1:
            rule = f"must be {len(self.levels) - 1}, when each level but the first begins"
            raise broken_rule("at", written, rule)
        if any(later <= earlier for earlier, later in pairwise(self.at_ns)):
            raise broken_rule("at", written, "must each come after the one before")
        return self

    def misfit(self, length_ns: int) -> Misfit | None:
        if self.at_ns is None or self.at_ns[-1] < length_ns:
            return None
        rule = f"lies beyond the end of the phase, which lasts {format_duration(length_ns)}"
        return Misfit("at", format_duration(self.at_ns[-1]), rule)

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:
        count = len(self.levels)
        inner_ns = [length_ns * place / count for place in range(1, count)] if self.at_ns is None else self.at_ns
        lengths_s = np.diff([0, *inner_ns, length_ns]) / NS_PER_SECOND
        stairs = Intensity.of(lengths_s, self.levels, self.levels)
        return following(stairs, self.spacing, rate_per_s, length_ns, draws)
