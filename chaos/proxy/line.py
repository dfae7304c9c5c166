"""What waits to be passed on in one direction, in its order: what is held back holds back what is behind it."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from chaos.proxy.faults import Hold
from chaos.proxy.framing import Piece
from chaos.proxy.side import Side
from chaos.proxy.timer import Alarm, Timer
from chaos.proxy.turns import Awaited


class Parcel(NamedTuple):
    """A piece that waits; ``awaited`` of a request's first piece."""

    piece: Piece
    awaited: Awaited | None = None
    hold: Hold | None = None


class Line:
    """Gives parcels to ``deliver`` when they are due; ``wake`` is called when one may be."""

    BYTES_MAX = 65_536
    """With more than this in the line, its source is not read from."""

    def __init__(self, source: Side, timer: Timer, deliver: Callable[[Parcel], None], wake: Callable[[], None]) -> None:
        self._source = source
        self._timer = timer
        self._deliver = deliver
        self._wake = wake
        self._queue: deque[Parcel] = deque()
        self._bytes = 0
        self._alarm: Alarm | None = None

    def __bool__(self) -> bool:
        return bool(self._queue)

    def add(self, parcel: Parcel) -> None:
        self._queue.append(parcel)
        self._bytes += len(parcel.piece.data)
        if self._bytes > self.BYTES_MAX:
            self._relieve()

    def advance(self) -> bool:
        """Deliver what is due; whether nothing waits any more. If something does, ``wake`` is called in time."""
        while self._queue:
            hold = self._queue[0].hold
            if hold is not None and hold.release_ns > self._timer.now_ns():
                self._wake_at(hold.release_ns)
                return False
            self._take(self._queue.popleft())
        self._cancel_alarm()
        return True

    def close(self) -> None:
        """Drop everything: the connection is gone."""
        self._cancel_alarm()
        for parcel in self._queue:
            if parcel.hold is not None:
                parcel.hold.end()
        self._queue.clear()

    def _relieve(self) -> None:
        """More waits in here than should."""
        self._source.hold_back(self)

    def _take(self, parcel: Parcel) -> None:
        if parcel.hold is not None:
            parcel.hold.end()
        self._deliver(parcel)
        self._bytes -= len(parcel.piece.data)
        if self._bytes <= self.BYTES_MAX:
            self._source.let_go(self)

    def _wake_at(self, due_ns: int) -> None:
        if self._alarm is None or self._alarm.due_ns != due_ns:
            self._cancel_alarm()
            self._alarm = self._timer.call_at(due_ns, self._wake)

    def _cancel_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
