"""What one host's monotonic clock shows when another's shows something. Pure.

As in NTP (RFC 5905, section 8): of many round trips the quickest says most. Its middle is taken for the moment at which
the other clock was read; it cannot be wrong by more than half of what the way took.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """Here when it was asked and when the answer came; there when the question came, which is when it was answered."""

    asked_ns: int
    there_ns: int
    answered_ns: int

    @property
    def took_ns(self) -> int:
        return self.answered_ns - self.asked_ns


@dataclass(frozen=True, slots=True)
class Offset:
    """There less here, in ns; ``uncertainty_ns``: how far it may be off, either way."""

    ns: int
    uncertainty_ns: int


def offset_of(round_trips: Sequence[RoundTrip]) -> Offset:
    """From the quickest. Raises ValueError where there is none."""
    quickest = min(round_trips, key=lambda trip: trip.took_ns)
    # Rounded up: half a nanosecond is not to be lost.
    half_ns = -(-quickest.took_ns // 2)
    return Offset(quickest.there_ns - quickest.asked_ns - quickest.took_ns // 2, half_ns)
