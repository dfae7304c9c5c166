"""The gateways' clock: what clients are told as the server's time, and what their timestamps are compared with.

The engine has another one: orders, trades, averages and candles are dated by it, and the windows of rate limits follow
it, so that a gateway whose clock is wrong, or put right, leaves nothing behind (docs/decisions/0018).
"""

from collections.abc import Callable, Mapping

from mock_exchange.gateway.timing import time_left_ns

_NS_PER_MS = 1_000_000

Skew = Callable[[], int]
"""Nanoseconds by which the clock is ahead now."""


class ServerTime:
    __slots__ = ("_skews", "_wall_ns", "time_left_ns")

    def __init__(self, wall_ns: Callable[[], int]) -> None:
        self._wall_ns = wall_ns
        self._skews: dict[Skew, Callable[[], None]] = {}
        self.time_left_ns: Callable[[Mapping[str, str], int], int] = time_left_ns
        """How much of a request's window is left, given the right time. Raises VenueError as ``timing`` does."""

    def now_ns(self) -> int:
        return self._wall_ns() + sum(skew() for skew in self._skews)

    def now_ms(self) -> int:
        """As an answer to a client."""
        self._notice()
        return self.now_ns() // _NS_PER_MS

    def skew(self, skew: Skew, noticed: Callable[[], None]) -> Callable[[], None]:
        """Be wrong by this as well, until what is returned is called.

        ``noticed`` is called whenever a client is told the wrong time, or a request is judged by it.
        """
        self._skews[skew] = noticed
        self.time_left_ns = self._time_left_by_wrong_clock_ns

        def end() -> None:
            del self._skews[skew]
            if not self._skews:
                self.time_left_ns = time_left_ns

        return end

    def _notice(self) -> None:
        for noticed in self._skews.values():
            noticed()

    def _time_left_by_wrong_clock_ns(self, parameters: Mapping[str, str], now_ns: int) -> int:
        self._notice()
        return time_left_ns(parameters, now_ns + sum(skew() for skew in self._skews))
