"""How fast a client speaks: at most so many frames in any second."""

from collections import deque

_SECOND_NS = 1_000_000_000


class Pace:
    """Of one connection: remembers when its last frames came."""

    __slots__ = ("_times",)

    def __init__(self, per_second: int) -> None:
        self._times: deque[int] = deque([-_SECOND_NS] * per_second, maxlen=per_second)

    def is_exceeded(self, now_ns: int) -> bool:
        """Count a frame; whether it is one too many."""
        oldest_ns = self._times[0]
        self._times.append(now_ns)
        return now_ns - oldest_ns < _SECOND_NS
