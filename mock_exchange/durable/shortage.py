"""While the disk is full: has commands refused, looks for room, and lets them in again when there is some."""

import logging
from collections.abc import Callable
from typing import Final, Protocol

from mock_exchange.durable.segment_writer import SegmentWriter

_LOGGER = logging.getLogger(__name__)
_LOOK_EVERY_S: Final = 0.1

Refusal = Callable[[], Callable[[], None]]
"""Has commands refused from now on; what it returns ends that."""


class Timer(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None: ...


CallLater = Callable[[float, Callable[[], None]], Timer]
"""After so many seconds."""


class Worker(Protocol):
    """Who does what blocks: the one that writes, so that nobody writes meanwhile."""

    def submit(self, job: Callable[[], None], done: Callable[[OSError | None], None]) -> None: ...


class Shortage:
    """Lives in the event loop. Without a shortage it costs a look at the reserve after each write."""

    def __init__(self, writer: SegmentWriter, worker: Worker, call_later: CallLater) -> None:
        self._writer = writer
        self._worker = worker
        self._call_later = call_later
        self._refuse: Refusal | None = None
        self._admit: Callable[[], None] | None = None
        self._timer: Timer | None = None

    def watch(self, refuse: Refusal) -> None:
        """From now on; the disk may be full already."""
        self._refuse = refuse
        self.look()

    def look(self) -> None:
        """Something was written: was it with the reserve?"""
        if self._writer.reserve.is_whole or self._admit is not None or self._refuse is None:
            return
        _LOGGER.error("the journal's disk is full: commands are refused until there is room")
        self._admit = self._refuse()
        self._look_again()

    def look_for_room(self) -> None:
        """Now, as there may be some."""
        if self._admit is not None:
            self._worker.submit(self._writer.refill, self._looked)

    def _looked(self, error: OSError | None) -> None:  # noqa: ARG002 - whether there was room is what counts
        if self._admit is None or not self._writer.reserve.is_whole:
            return
        _LOGGER.error("the journal's disk has room again: commands are taken")
        self.close()
        self._admit()
        self._admit = None

    def _look_again(self) -> None:
        self._timer = self._call_later(_LOOK_EVERY_S, self._look_again)
        self.look_for_room()

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
