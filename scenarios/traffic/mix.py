"""What each arrival asks for: operations drawn by weight, symbols evenly. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from scenarios.traffic.streams import array_stream
from slo.history import Operation

_DRAWS_AT_ONCE = 1024


class Ask(NamedTuple):
    operation: Operation
    symbol: str


def asks(weights: Mapping[Operation, int], symbols: Sequence[str], seed: int, name: str) -> Iterator[Ask]:
    """An endless sequence; the same seed and name give the same one."""
    choices = [Ask(operation, symbol) for operation in weights for symbol in symbols]
    upper_bounds = np.cumsum([weight for weight in weights.values() for _ in symbols])
    uniform = array_stream(seed, name, "mix")
    while True:
        draws = uniform.random(_DRAWS_AT_ONCE) * upper_bounds[-1]
        for choice in np.searchsorted(upper_bounds, draws, side="right").tolist():
            yield choices[choice]
