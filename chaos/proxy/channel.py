"""What waits of one channel on a WebSocket, in its order, except where a fault lets the next message overtake."""

from collections.abc import Mapping

from chaos.kinds.stream import NEVER_NS
from chaos.proxy.faults import ActiveFault, Hold
from chaos.proxy.framing import Piece
from chaos.proxy.line import Line, Parcel

_NO_SHARES: Mapping[ActiveFault, int] = {}


class Channel(Line):
    """A line whose messages can be held for good: of those it keeps the newest, for pings must go on being read."""

    BYTES_MAX = 262_144

    _yielding: tuple[Hold, tuple[ActiveFault, ...]] | None = None
    """What holds the message that came last, and for which faults it waits for the next."""

    @property
    def is_frozen(self) -> bool:
        """What is in here waits for a fault to be lifted, and for nothing else."""
        return bool(self._queue) and _is_frozen(self._queue[0])

    def put(
        self,
        message: bytes,
        arrived_ns: int,
        delays_ns: Mapping[ActiveFault, int] = _NO_SHARES,
        swaps_ns: Mapping[ActiveFault, int] = _NO_SHARES,
    ) -> None:
        """Delays hold it back; swaps hold it back until the next one is here, unless it is that itself."""
        yielding, self._yielding = self._yielding, None
        if yielding is None or not self._queue or self._queue[-1].hold is not yielding[0]:
            self._put_last(message, arrived_ns, delays_ns, swaps_ns)
            return
        overtaken = self._queue.pop()
        self._put_last(message, arrived_ns, delays_ns, _NO_SHARES)
        self._queue.append(overtaken)
        for fault in yielding[1]:
            yielding[0].forgo(fault)

    def _put_last(
        self,
        message: bytes,
        arrived_ns: int,
        delays_ns: Mapping[ActiveFault, int],
        swaps_ns: Mapping[ActiveFault, int],
    ) -> None:
        shares_ns = {**delays_ns, **swaps_ns}
        hold = Hold(arrived_ns, shares_ns, self._wake) if shares_ns else None
        if hold is not None and swaps_ns:
            self._yielding = hold, tuple(swaps_ns)
        self.add(Parcel(Piece(message, 0), hold=hold))

    def _relieve(self) -> None:
        while self._bytes > self.BYTES_MAX and self.is_frozen:
            self._drop(self._queue.popleft())
        if self._bytes > self.BYTES_MAX:
            super()._relieve()

    def _drop(self, parcel: Parcel) -> None:
        self._bytes -= len(parcel.piece.data)
        if parcel.hold is not None:
            parcel.hold.end()

    def _wake_at(self, due_ns: int) -> None:
        if due_ns < NEVER_NS:
            super()._wake_at(due_ns)


def _is_frozen(parcel: Parcel) -> bool:
    return parcel.hold is not None and parcel.hold.release_ns >= NEVER_NS
