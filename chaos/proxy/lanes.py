"""The two directions of a link: requests, which faults may hold back, and responses, which carry their marks."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple, Protocol

from chaos.proxy.faults import FaultsInForce, Hold, Touch
from chaos.proxy.framing import Awaited, Piece, RequestScanner, ResponseScanner
from chaos.proxy.routes import operation_of
from chaos.proxy.side import Side
from chaos.proxy.timer import Alarm, Timer
from chaos.selector import Request

MARK = b"X-Brownout-Fault"

_QUEUE_BYTES_MAX = 65_536
"""With more held back than this, the client is not read from."""


class _Parcel(NamedTuple):
    """Bytes that wait to be passed on."""

    data: bytes
    awaited: Awaited | None
    hold: Hold | None


class Sink(Protocol):
    """Where requests go: the upstream's side, or what stands in for it."""

    @property
    def open(self) -> bool: ...

    def write(self, data: bytes) -> None: ...

    def write_eof(self) -> None: ...


class RequestLane:
    """Passes requests on in their order; one that is held back holds back those behind it on its connection."""

    def __init__(
        self,
        source: Side,
        sink: Sink,
        awaited: deque[Awaited],
        *,
        faults: FaultsInForce,
        timer: Timer,
        on_ended: Callable[[], None],
    ) -> None:
        self.ended = False
        """All of it has been passed on, the end included."""
        self._on_ended = on_ended
        self._source = source
        self._sink = sink
        self._awaited = awaited
        self._faults = faults
        self._timer = timer
        self._scanner = RequestScanner()
        self._queue: deque[_Parcel] = deque()
        self._queued_bytes = 0
        self._ending = False
        self._alarm: Alarm | None = None

    @property
    def holding(self) -> bool:
        """Requests wait in here."""
        return bool(self._queue)

    def divert(self, sink: Sink) -> None:
        """Pass on to another than the upstream, of which nothing has been connected."""
        self._sink = sink
        self.pump()

    def receive(self, data: bytes) -> None:
        pieces = self._scanner.feed(data)
        if self._faults.active or self._queue or not self._sink.open:
            now_ns = self._timer.now_ns()
            for piece in pieces:
                self._enqueue(self._parcel(piece, now_ns))
            self.pump()
            return
        for piece in pieces:  # the way of nearly every request: nothing is in force, nothing waits
            if piece.head_length:
                self._awaited.append(Awaited(piece.data[: piece.data.index(b" ")], b""))
            self._sink.write(piece.data)

    def end(self) -> None:
        self._ending = True
        self._stop_scanning()

    def tunnel(self) -> None:
        """The connection speaks something else than HTTP/1.1 from here on."""
        self._stop_scanning()

    def pump(self) -> None:
        """Pass on what is due, and wake up when the next is."""
        if not self._sink.open:
            return  # once it is connected, the link calls again
        self._cancel_alarm()
        while self._queue:
            hold = self._queue[0].hold
            if hold is not None and hold.release_ns > self._timer.now_ns():
                self._alarm = self._timer.call_at(hold.release_ns, self.pump)
                return
            self._pass_on(self._queue.popleft())
        if self._ending and not self.ended:
            self.ended = True
            self._sink.write_eof()
            self._on_ended()

    def close(self) -> None:
        """Drop everything: the connection is gone."""
        self._cancel_alarm()
        for parcel in self._queue:
            if parcel.hold is not None:
                parcel.hold.end()
        self._queue.clear()

    def _stop_scanning(self) -> None:
        kept = self._scanner.become_opaque()
        if kept:
            self._enqueue(_Parcel(kept, None, None))
        self.pump()

    def _parcel(self, piece: Piece, now_ns: int) -> _Parcel:
        if not piece.head_length:
            return _Parcel(piece.data, None, None)
        method, target = piece.data.split(b" ", 2)[:2]
        touch = self._touch(method.decode(), target.decode("latin-1")) if self._faults.active else None
        if touch is None:
            return _Parcel(piece.data, Awaited(method, b""), None)
        hold = Hold(now_ns, touch.delays_ns, self.pump)
        return _Parcel(piece.data, Awaited(method, touch.marks), hold)

    def _touch(self, method: str, target: str) -> Touch | None:
        return self._faults.touch(Request(method, target, operation_of(method, target)))

    def _enqueue(self, parcel: _Parcel) -> None:
        self._queue.append(parcel)
        self._queued_bytes += len(parcel.data)
        if self._queued_bytes > _QUEUE_BYTES_MAX:
            self._source.hold_back(self)

    def _pass_on(self, parcel: _Parcel) -> None:
        if parcel.hold is not None:
            parcel.hold.end()
        if parcel.awaited is not None:
            self._awaited.append(parcel.awaited)
        self._sink.write(parcel.data)
        self._queued_bytes -= len(parcel.data)
        if self._queued_bytes <= _QUEUE_BYTES_MAX:
            self._source.let_go(self)

    def _cancel_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


class ResponseLane:
    """Passes responses on as they come, with a mark in the head of those whose request a fault has touched."""

    def __init__(
        self, sink: Side, awaited: deque[Awaited], requests: RequestLane, on_ended: Callable[[], None]
    ) -> None:
        self.ended = False
        self._on_ended = on_ended
        self._sink = sink
        self._requests = requests
        self._scanner = ResponseScanner(awaited)

    def receive(self, data: bytes) -> None:
        for piece in self._scanner.feed(data):
            self._sink.write(_marked(piece) if piece.answers is not None and piece.answers.marks else piece.data)
        if self._scanner.upgraded:
            self._scanner.upgraded = False
            self._requests.tunnel()

    def end(self) -> None:
        self._sink.write(self._scanner.become_opaque())
        self.ended = True
        self._sink.write_eof()
        self._on_ended()


def _marked(piece: Piece) -> bytes:
    """The response with one header more, as the last of its head."""
    assert piece.answers is not None  # noqa: S101 - the caller has looked
    end = piece.head_length - 2
    return b"%b%b: %b\r\n%b" % (piece.data[:end], MARK, piece.answers.marks, piece.data[end:])
