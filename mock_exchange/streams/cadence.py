"""Calls streams at a fixed pace, for as long as there are any."""

from collections.abc import Callable
from typing import Protocol

from mock_exchange.streams.stream import PeriodicStream

_NS_PER_S = 1_000_000_000


class Timer(Protocol):
    """What has been set to be called later."""

    def cancel(self) -> None: ...


CallLater = Callable[[float, Callable[[], None]], Timer]
"""The event loop's: seconds, and what to call then."""


class Cadence:
    """Beats fall on whole multiples of the period, so that a beat that came late does not delay those after it."""

    def __init__(self, period_ns: int, call_later: CallLater, monotonic_ns: Callable[[], int]) -> None:
        self._period_ns = period_ns
        self._call_later = call_later
        self._monotonic_ns = monotonic_ns
        self._streams: dict[PeriodicStream, None] = {}
        self._timer: Timer | None = None

    def add(self, stream: PeriodicStream) -> None:
        self._streams[stream] = None
        if self._timer is None:
            self._wait()

    def remove(self, stream: PeriodicStream) -> None:
        self._streams.pop(stream, None)
        if not self._streams:
            self.close()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        rest_ns = self._period_ns - self._monotonic_ns() % self._period_ns
        self._timer = self._call_later(rest_ns / _NS_PER_S, self._beat)

    def _beat(self) -> None:
        self._wait()
        for stream in self._streams:
            stream.tick()
