"""Client order ids for orders and cancels whose caller chose none: 22 characters, as the venue makes them."""

import random
import string
from itertools import count

_ALPHABET = string.ascii_letters + string.digits
_PREFIX_LENGTH = 6
_NUMBER_BITS = 40
"""More identifiers than a process can make; 24 bits are left for starts."""


class Identifiers:
    """A prefix from the seed, the number of the start and a counter: never the same twice, even in the next process
    that goes on with the same data, and the same again for the same seed.
    """

    __slots__ = ("_numbers", "_prefix")

    def __init__(self, rng: random.Random, start: int = 1) -> None:
        """``start`` is the how-manieth this is, from 1."""
        self._prefix = "".join(rng.choice(_ALPHABET) for _ in range(_PREFIX_LENGTH))
        self._numbers = count((start - 1 << _NUMBER_BITS) + 1)

    def fresh(self) -> str:
        return f"{self._prefix}{next(self._numbers):016x}"
