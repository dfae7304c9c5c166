"""Where messages pass on their way out, and faults may stand in it; those who send them know nothing of that."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

M = TypeVar("M")
R = TypeVar("R")

Detour = Callable[[M, Callable[[M], R]], R]
"""Is given a message and what passes it on, which it need not do, or not yet, or may do with another message."""


class Stage(Generic[M, R]):
    """One fault's place in a passage, until it ends."""

    onward: Callable[[M], R]
    """Passes a message on to whoever stands behind, also after the stage has ended."""

    def __init__(self, detour: Detour[M, R], leave: Callable[["Stage[M, R]"], None]) -> None:
        self._detour = detour
        self._leave = leave

    def enter(self, message: M) -> R:
        return self._detour(message, self.onward)

    def end(self) -> None:
        """Messages pass as if it had never been there."""
        self._leave(self)


class Passage(Generic[M, R]):
    """A callable attribute of a part of the exchange. While no fault stands there it is what it always was, so that
    nothing is asked per message; those that stand there are passed in the order in which they came.
    """

    def __init__(self, owner: object, name: str) -> None:
        self._destination: Callable[[M], R] = getattr(owner, name)
        self._install: Callable[[Callable[[M], R]], None] = partial(setattr, owner, name)
        self._stages: list[Stage[M, R]] = []

    def divert(self, detour: Detour[M, R]) -> Stage[M, R]:
        stage = Stage(detour, self._leave)
        self._stages.append(stage)
        self._link()
        return stage

    def _leave(self, stage: Stage[M, R]) -> None:
        self._stages.remove(stage)
        self._link()

    def _link(self) -> None:
        onward = self._destination
        for stage in reversed(self._stages):
            stage.onward = onward
            onward = stage.enter
        self._install(onward)
