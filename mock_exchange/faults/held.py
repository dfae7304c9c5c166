"""What faults hold back, in bounded memory: beyond the maximum the oldest is lost, and the fault says how many were."""

from collections import deque
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from mock_exchange.faults.fault import Fault
from mock_exchange.streams.cadence import CallLater, Timer

M = TypeVar("M")

HELD_MAX: Final = 10_000
"""Messages of one fault; of one account where a fault holds the accounts apart."""
_NS_PER_S = 1_000_000_000


class Timing(Protocol):
    """What there has to be of ``Seams``."""

    @property
    def call_later(self) -> CallLater: ...

    @property
    def monotonic_ns(self) -> Callable[[], int]: ...


class Backlog(Generic[M]):
    """Waits until it is asked for."""

    def __init__(self, fault: Fault, held_max: int = HELD_MAX) -> None:
        self._fault = fault
        self._held_max = held_max
        self._held: deque[M] = deque()

    def hold(self, message: M) -> None:
        if len(self._held) >= self._held_max:
            self._held.popleft()
            self._fault.lost += 1
        self._held.append(message)

    def release(self) -> list[M]:
        """All of it, oldest first."""
        held = list(self._held)
        self._held.clear()
        return held


class Delayed(Generic[M]):
    """Each waits for its time, and none overtakes another: what would be due before what it follows waits for it."""

    def __init__(self, fault: Fault, timing: Timing, tell: Callable[[M], object], *, held_max: int = HELD_MAX) -> None:
        self._fault = fault
        self._timing = timing
        self._tell = tell
        self._held_max = held_max
        self._last_due_ns = 0
        self._waiting: deque[tuple[M, Timer]] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def hold(self, message: M, delay_ns: int) -> None:
        if len(self._waiting) >= self._held_max:
            self._waiting.popleft()[1].cancel()
            self._fault.lost += 1
        now_ns = self._timing.monotonic_ns()
        self._last_due_ns = max(self._last_due_ns, now_ns + delay_ns)
        timer = self._timing.call_later((self._last_due_ns - now_ns) / _NS_PER_S, self._tell_oldest)
        self._waiting.append((message, timer))

    def release(self) -> list[M]:
        """What still waits, oldest first; nothing waits any more."""
        held = [message for message, _ in self._waiting]
        for _, timer in self._waiting:
            timer.cancel()
        self._waiting.clear()
        return held

    def _tell_oldest(self) -> None:
        """Not the one whose timer it is: timers that are due within one millisecond may fire in any order."""
        self._tell(self._waiting.popleft()[0])
