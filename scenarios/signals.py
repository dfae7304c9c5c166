"""Turning the signals that end a program into one KeyboardInterrupt, so that a run always ends in the same way."""

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Handler = Callable[[int, FrameType | None], Any] | int | None


class OneInterrupt:
    """Within: the first SIGINT, SIGTERM or SIGHUP raises KeyboardInterrupt; later ones are let pass.

    Later ones would otherwise break off the healing that the first one caused. Whoever cannot wait has SIGKILL, for
    which the guardian is there.
    """

    def __init__(self) -> None:
        self._over = False
        self._previous: dict[signal.Signals, Handler] = {}

    def __enter__(self) -> Self:
        self._previous = {number: signal.signal(number, self._interrupt) for number in ENDING}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def no_more(self) -> None:
        """From now on let the first one pass too: what is being stored is to be stored whole."""
        self._over = True

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if not self._over:
            self._over = True
            raise KeyboardInterrupt
