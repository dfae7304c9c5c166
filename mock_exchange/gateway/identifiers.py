"""Client order ids for orders and cancels whose caller chose none: 22 characters, as the venue makes them."""

import random
import string
from itertools import count

_ALPHABET = string.ascii_letters + string.digits
_PREFIX_LENGTH = 6


class Identifiers:
    """A prefix from the seed and a counter: never the same twice in a process, and the same again for the same seed."""

    __slots__ = ("_numbers", "_prefix")

    def __init__(self, rng: random.Random) -> None:
        self._prefix = "".join(rng.choice(_ALPHABET) for _ in range(_PREFIX_LENGTH))
        self._numbers = count(1)

    def fresh(self) -> str:
        return f"{self._prefix}{next(self._numbers):016x}"
