"""What was recorded once, played again: the shape of a real day at the rate of a test."""

from collections.abc import Callable, Iterator
from typing import Annotated, Final, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, JsonValue, ValidationInfo, WithJsonSchema, model_validator

from scenarios.errors import broken_rule
from scenarios.quantities import NS_PER_SECOND, Duration, format_duration
from scenarios.traffic.arrivals.intensity import Intensity, Spacing, following
from scenarios.traffic.arrivals.profile import Profile
from scenarios.traffic.arrivals.shape import ArrivalShape, Misfit, Nanoseconds

PROFILES: Final = "profiles"
"""In the context of validation: a :data:`FindProfile` for what a scenario names. Plans have profiles in them."""
FindProfile = Callable[[str], Profile]
"""Raises ValueError with the rule where there is none of the name."""


def _found(written: object, info: ValidationInfo) -> object:
    find: FindProfile | None = (info.context or {}).get(PROFILES)
    if find is None:
        return written
    if not isinstance(written, str):
        raise ValueError("must be the name of a profile, or of a CSV file beside the scenario")
    return find(written)


class Replay(ArrivalShape):
    """Arrivals in the proportions of a recording, second by second.

    ``fit``: ``stretch`` plays all of it, or what lies between ``from`` and ``to``, faster or slower, so that it fills
    the phase; ``cut`` plays it as fast as it was, beginning with ``from``, until the phase ends.
    """

    shape: Literal["replay"] = "replay"
    profile: Annotated[Profile, BeforeValidator(_found), WithJsonSchema({"type": "string"})]
    fit: Literal["stretch", "cut"] = "stretch"
    from_ns: Duration | None = Field(alias="from", default=None)
    """Since the recording's beginning, which is also the default."""
    to_ns: Duration | None = Field(alias="to", default=None)
    """Since the recording's beginning; default: its end."""
    spacing: Spacing = "even"

    @model_validator(mode="after")
    def _plays_some_of_it(self) -> Self:
        if self.fit == "cut" and self.to_ns is not None:
            raise broken_rule(
                "to", format_duration(self.to_ns), "cannot be given where the fit is cut: the phase ends it"
            )
        for field, at_ns in (("from", self.from_ns), ("to", self.to_ns)):
            if at_ns is not None and at_ns > self._recorded_ns:
                rule = f"lies beyond the end of the profile, which lasts {format_duration(self._recorded_ns)}"
                raise broken_rule(field, format_duration(at_ns), rule)
        if self.fit == "stretch" and not self._level_within(self._first_ns, self.to_ns or self._recorded_ns):
            field = "from" if self.to_ns is None else "to"
            at_ns = self._first_ns if self.to_ns is None else self.to_ns
            raise broken_rule(field, format_duration(at_ns), "leaves no arrival of the profile to be played")
        return self

    def misfit(self, length_ns: int) -> Misfit | None:
        if self.fit == "stretch":
            return None
        left_ns = self._recorded_ns - self._first_ns
        if left_ns < length_ns:
            rule = (
                f"needs as much of the profile as the phase lasts, {format_duration(length_ns)}, and there is "
                f"{left_ns / NS_PER_SECOND:g}s left of it: begin earlier, or write stretch"
            )
            return Misfit("fit", self.fit, rule)
        if not self._level_within(self._first_ns, self._first_ns + length_ns):
            return Misfit("fit", self.fit, "leaves no arrival of the profile to be played")
        return None

    def described(self) -> dict[str, JsonValue]:
        """With the profile's name and source instead of its numbers."""
        told = super().described()
        return {
            **told,
            "profile": self.profile.name,
            **({"source": self.profile.source} if self.profile.source else {}),
        }

    def batches(self, rate_per_s: float, length_ns: int, draws: np.random.Generator) -> Iterator[Nanoseconds]:
        until_ns = (self.to_ns or self._recorded_ns) if self.fit == "stretch" else self._first_ns + length_ns
        played = self._between(self._first_ns, until_ns, length_ns / (until_ns - self._first_ns))
        return following(played, self.spacing, rate_per_s, length_ns, draws)

    @property
    def _first_ns(self) -> int:
        return self.from_ns or 0

    @property
    def _recorded_ns(self) -> int:
        return len(self.profile.arrivals) * NS_PER_SECOND

    def _level_within(self, from_ns: int, to_ns: int) -> bool:
        seconds = self.profile.arrivals[from_ns // NS_PER_SECOND : -(-to_ns // NS_PER_SECOND)]
        return from_ns < to_ns and any(seconds)

    def _between(self, from_ns: int, to_ns: int, slower: float) -> Intensity:
        """The recording from one moment to another, played so many times slower."""
        first, end = from_ns // NS_PER_SECOND, -(-to_ns // NS_PER_SECOND)
        edges_s = np.arange(first, end + 1, dtype=np.float64).clip(from_ns / NS_PER_SECOND, to_ns / NS_PER_SECOND)
        levels = np.array(self.profile.arrivals[first:end], dtype=np.float64)
        return Intensity.of(np.diff(edges_s) * slower, levels, levels)
