"""How far two hosts' clocks are apart, from messages that went to and fro. Pure.

As in NTP (RFC 5905, section 8): of one exchange the run knows when it asked and when it heard, the worker when it got
the question and when it answered. Whatever each way took, the true offset lies within half of the time under way of
the middle; so the exchange with the least delay says most, and half of that delay bounds the error.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer. ``got`` and ``answered`` are read from the worker's clock, the others from ours."""

    asked_ns: int
    got_ns: int
    answered_ns: int
    heard_ns: int

    @property
    def delay_ns(self) -> int:
        """Time under way, both ways together."""
        return (self.heard_ns - self.asked_ns) - (self.answered_ns - self.got_ns)

    @property
    def is_possible(self) -> bool:
        """Neither under way for less than no time, nor answered before it was got, as where a clock has jumped."""
        return self.delay_ns >= 0 and self.answered_ns >= self.got_ns


@dataclass(frozen=True, slots=True)
class Offset:
    """The worker's clock minus ours. The true offset is within ``uncertainty_ns`` of ``offset_ns``."""

    offset_ns: int
    uncertainty_ns: int


def offset_of(exchanges: Sequence[Exchange]) -> Offset:
    """By the exchange with the least delay. Raises ValueError where there is none."""
    best = min(exchanges, key=lambda each: each.delay_ns)
    twice = (best.got_ns - best.asked_ns) + (best.answered_ns - best.heard_ns)
    return Offset(twice // 2, (best.delay_ns + 1) // 2)
