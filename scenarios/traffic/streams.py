"""Named streams of randomness: each derived from the run's seed and its own name, so adding one shifts no other."""

import hashlib
import random

import numpy as np


def derived_seed(seed: int, *names: object) -> int:
    """128 bits that depend on the seed and on every name."""
    text = "\x1f".join([str(seed), *(str(name) for name in names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


def stream(seed: int, *names: object) -> random.Random:
    """For choices made one at a time."""
    return random.Random(derived_seed(seed, *names))  # noqa: S311  load, not secrets


def array_stream(seed: int, *names: object) -> np.random.Generator:
    """For choices made many at a time."""
    return np.random.Generator(np.random.PCG64(derived_seed(seed, *names)))
