"""How durations and rates are written in a scenario, in its parts and in plans, and what they mean. Pure."""

import re
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

NS_PER_SECOND = 1_000_000_000
_NS_PER_UNIT = {"us": 1_000, "ms": 1_000_000, "s": NS_PER_SECOND, "m": 60 * NS_PER_SECOND}
_NUMBER = r"(\d+(?:\.\d+)?)"

DURATION_PATTERN = rf"^{_NUMBER} ?(us|ms|s|m)$"
RATE_PATTERN = rf"^{_NUMBER} ?(/ ?s|% ?of capacity)$"
MOMENT_PATTERN = r"^(?:([A-Za-z][A-Za-z0-9_-]*)(?: *\+ *(.+))?|(\d.*))$"

RATE_PER_S_MAX = 1_000_000.0
SHARE_PERCENT_MAX = 10_000.0


def parse_duration_ns(text: object) -> int:
    """Nanoseconds of ``250us``, ``1.5ms``, ``20s`` or ``2m``. Raises ValueError with the rule."""
    found = re.match(DURATION_PATTERN, text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("is not a duration: write a number and a unit, such as 250us, 500ms, 20s or 2m")
    duration_ns = round(float(found[1]) * _NS_PER_UNIT[found[2]])
    if duration_ns <= 0:
        raise ValueError("must be longer than nothing")
    return duration_ns


def format_duration(duration_ns: int) -> str:
    """The shortest way to write a duration; what :func:`parse_duration_ns` reads back."""
    for unit in ("m", "s", "ms"):
        if duration_ns % _NS_PER_UNIT[unit] == 0:
            return f"{duration_ns // _NS_PER_UNIT[unit]}{unit}"
    return f"{duration_ns / _NS_PER_UNIT['us']:.15g}us"


Duration = Annotated[
    int,
    BeforeValidator(parse_duration_ns),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN}),
]
"""Nanoseconds, written with a unit."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Arrivals a second: ``per_s``, or ``share`` (1 is all) of a capacity that is measured first."""

    text: str
    per_s: float | None = None
    share: float | None = None

    @classmethod
    def parse(cls, text: object) -> Self:
        """From ``200/s`` or ``60% of capacity``. Raises ValueError with the rule."""
        found = re.match(RATE_PATTERN, text) if isinstance(text, str) else None
        if found is None:
            raise ValueError("is not a rate: write it as 200/s or as 60% of capacity")
        number, of_capacity = float(found[1]), found[2].startswith("%")
        number_max = SHARE_PERCENT_MAX if of_capacity else RATE_PER_S_MAX
        if not 0 < number <= number_max:
            raise ValueError(f"must be above 0 and at most {number_max:.0f}")
        if of_capacity:
            return cls(found[0], share=number / 100)
        return cls(found[0], per_s=number)

    def resolved(self, capacity_per_s: float) -> float:
        """Arrivals a second, once the capacity is known."""
        return self.per_s if self.per_s is not None else (self.share or 0.0) * capacity_per_s


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the run: ``offset_ns`` after the start of ``phase``, or of the run where there is none."""

    text: str
    phase: str | None
    offset_ns: int

    @classmethod
    def parse(cls, text: object) -> Self:
        """From ``30s``, ``steady`` or ``steady + 5s``. Raises ValueError with the rule."""
        found = re.match(MOMENT_PATTERN, text) if isinstance(text, str) else None
        if found is None:
            raise ValueError("is not a moment: write 30s, steady or steady + 5s")
        phase, offset, absolute = found.groups()
        written = absolute if phase is None else offset
        return cls(found[0], phase, 0 if written is None else parse_duration_ns(written))
