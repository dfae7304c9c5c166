"""Where messages pass on their way, and faults may stand in it; those who send them know nothing of that."""

from collections.abc import Callable
from typing import Generic, TypeVar

from mock_exchange.faults.layers import Layers

M = TypeVar("M")
R = TypeVar("R")

Detour = Callable[[M, Callable[[M], R]], R]
"""Is given a message and what passes it on, which it need not do, or not yet, or may do with another message."""


class Stage(Generic[M, R]):
    """One fault's place in a passage, until it ends."""

    onward: Callable[[M], R]
    """Passes a message on to whoever stands behind, also after the stage has ended."""

    def __init__(self, detour: Detour[M, R], layers: Layers[Callable[[M], R]]) -> None:
        self._detour = detour
        self._leave = layers.add(self._stand_before)

    def end(self) -> None:
        """Messages pass as if it had never been there."""
        self._leave()

    def _stand_before(self, onward: Callable[[M], R]) -> Callable[[M], R]:
        self.onward = onward
        return self._enter

    def _enter(self, message: M) -> R:
        return self._detour(message, self.onward)


class Passage(Generic[M, R]):
    """The layers before a callable that takes messages: faults are passed in the order in which they came."""

    def __init__(self, layers: Layers[Callable[[M], R]]) -> None:
        self._layers = layers

    def divert(self, detour: Detour[M, R]) -> Stage[M, R]:
        return Stage(detour, self._layers)
