"""Durations as people write them in configuration: "250us", "1ms", "2.5s", "1m"."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNIT_NS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000}
_PATTERN = re.compile(r"(\d+(?:\.\d+)?)\s*(ns|us|ms|s|m|h)")


def parse_duration_ns(text: object) -> int:
    """Nanoseconds, rounded down. Raises ValueError, which says what a duration looks like."""
    match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("a duration is a number with a unit, such as 250us, 1ms, 2.5s or 1m")
    return int(Decimal(match[1]) * _UNIT_NS[match[2]])


def format_duration(duration_ns: int) -> str:
    """The shortest text that parses back to the same number of nanoseconds."""
    for unit, unit_ns in reversed(_UNIT_NS.items()):
        if duration_ns % unit_ns == 0:
            return f"{duration_ns // unit_ns}{unit}"
    raise AssertionError("every whole number of nanoseconds is a multiple of one")


def _parse_positive_ns(text: object) -> int:
    duration_ns = parse_duration_ns(text)
    if not duration_ns:
        raise ValueError("a duration must be longer than nothing")
    return duration_ns


DurationNs = Annotated[
    int,
    BeforeValidator(_parse_positive_ns),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN.pattern, "examples": ["1ms"]}),
]
"""A field that is written "1ms" and held as 1000000."""
