"""Chance that can be repeated: a draw is a hash of seed, fault and request, never of a generator's state.

Requests of one run interleave differently in the next, so a shared generator would hand the draws out in another
order. A hash has no order: the n-th request that a fault sees gets the same draw in every run of the same seed.
"""

from dataclasses import dataclass
from hashlib import blake2b

_MANTISSA_BITS = 53
"""As many as a float holds: every draw is a multiple of 2**-53, as random.random()'s are."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws for the ``ordinal``-th request (from 0) that the fault has seen."""

    seed: int
    fault_id: str
    ordinal: int

    def uniform(self, name: str) -> float:
        """A number in [0, 1). Names draw independently: a kind can add one without moving another."""
        key = f"{self.seed}\0{self.fault_id}\0{self.ordinal}\0{name}".encode()
        number = int.from_bytes(blake2b(key, digest_size=8).digest(), "big")
        return (number >> (64 - _MANTISSA_BITS)) / (1 << _MANTISSA_BITS)

    def happens(self, probability: float) -> bool:
        """A coin that falls so with ``probability``, from 0 (never) to 1 (always)."""
        return probability >= 1 or self.uniform("happens") < probability
