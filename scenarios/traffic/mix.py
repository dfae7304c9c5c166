"""What each arrival asks for: operations, or whose turn it is, and symbols, drawn by weight. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

import numpy as np

from scenarios.operations import Desk, Request
from scenarios.traffic.streams import array_stream
from slo.history import Operation

_DRAWS_AT_ONCE = 1024

Drawn = TypeVar("Drawn")


class Errand(NamedTuple):
    """What a trader has in mind: its request, made of its own desk."""

    desk: Desk
    request: Callable[[Desk, str, int], Request]
    """From the desk, a symbol and the arrival's number."""


class Ask(NamedTuple):
    operation: Operation
    symbol: str

    errand: Errand | None = None
    """None for an operation of a mix, which is asked for as its kind does."""


def asks(weights: Mapping[Operation, int], symbols: Mapping[str, int], seed: int, name: str) -> Iterator[Ask]:
    """An endless sequence; the same seed and name give the same one. Symbols have weights too."""
    choices = {
        Ask(operation, symbol): weights[operation] * symbols[symbol] for operation in weights for symbol in symbols
    }
    return drawn(choices, seed, name)


def drawn(weights: Mapping[Drawn, int], seed: int, name: str) -> Iterator[Drawn]:
    """An endless sequence of the keys, by weight."""
    choices = list(weights)
    upper_bounds = np.cumsum(list(weights.values()))
    uniform = array_stream(seed, name, "mix")
    while True:
        draws = uniform.random(_DRAWS_AT_ONCE) * upper_bounds[-1]
        for choice in np.searchsorted(upper_bounds, draws, side="right").tolist():
            yield choices[choice]
