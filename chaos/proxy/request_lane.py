"""One direction of a link: requests, which faults may hold back, or end before the upstream has seen them."""

from collections.abc import Callable
from functools import partial

from chaos.kinds.fault import Answer, Cut, Phase, Silence
from chaos.kinds.stream import Direction
from chaos.proxy.endings import Silenced, cut, reply
from chaos.proxy.faults import ActiveFault, Hold
from chaos.proxy.framing import Piece, RequestScanner
from chaos.proxy.here import FaultsHere
from chaos.proxy.line import Line, Parcel
from chaos.proxy.messages import Messages
from chaos.proxy.reading import is_last, request_of, says_more_in_its_body
from chaos.proxy.side import Side, Sink
from chaos.proxy.timer import Timer
from chaos.proxy.turns import Awaited, Turns

_FORM_BYTES_MAX = 65_536
"""Of a longer request, faults are told what its query says."""


class RequestLane:
    """Passes requests on in their order; one that is held back holds back those behind it on its connection."""

    def __init__(
        self,
        source: Side,
        sink: Sink,
        turns: Turns,
        *,
        faults: FaultsHere,
        timer: Timer,
        on_foreign: Callable[[], None],
        on_ended: Callable[[], None],
    ) -> None:
        self.ended = False
        """All of it has been passed on, the end included."""
        self.heard_out = False
        """The client sends no more, and may not read any more either."""
        self._on_foreign = on_foreign
        self._on_ended = on_ended
        self._source = source
        self._sink = sink
        self._turns = turns
        self._faults = faults
        self._timer = timer
        self._scanner = RequestScanner()
        self._line = Line(source, timer, self._deliver, self.pump)
        self._gathered: Piece | None = None
        self._dropping = False
        """What comes belongs to a request that the upstream is not given."""
        self._deaf = False
        """Nor is it given any other of this connection."""
        self._silenced: Silenced | None = None
        self._messages: Messages | None = None

    @property
    def holding(self) -> bool:
        """Requests wait in here."""
        return bool(self._line)

    def divert(self, sink: Sink) -> None:
        """Pass on to another than the upstream, of which nothing has been connected."""
        self._sink = sink
        self.pump()

    def receive(self, data: bytes) -> None:
        pieces = self._scanner.feed(data)
        if self._scanner.foreign:
            self._scanner.foreign = False
            self._on_foreign()
        if self._faults.active or self._line or self._gathered or self._dropping or not self._sink.open:
            for piece in pieces:
                self._gather(piece)
            self.pump()
            return
        for piece in pieces:  # the way of nearly every request: nothing is in force, nothing waits
            if piece.head_length:
                self._turns.expect(Awaited(piece.data))
            self._sink.write(piece.data)

    def end(self) -> None:
        self.heard_out = True
        self._stop_scanning()

    def tunnel(self, stream: str | None) -> None:
        """The connection speaks something else than HTTP/1.1 from here on.

        Where a stream is given, or an empty text for none in particular, that is WebSocket; unless the client has begun
        to speak before it was allowed to, and nobody knows where its first frame begins.
        """
        early = self._scanner.opaque or self._line or self._gathered or self._turns.awaited
        if stream is not None and not early:
            in_force = self._faults.on_messages[Direction.UPSTREAM]
            self._messages = Messages(in_force, stream, self._source, self._sink, timer=self._timer, wake=self.pump)
            self._sink = self._messages
        self._on_foreign()
        self._stop_scanning()

    def silence(self, fault: ActiveFault) -> None:
        """The upstream is given no more, and the connection stays open until the fault is lifted."""
        self._deaf = self._dropping = True
        self._silenced = Silenced(fault, self._source)

    def pump(self) -> None:
        """Pass on what is due, and wake up when the next is."""
        if not self._sink.open:
            return  # once it is connected, the link calls again
        through = self._line.advance() and (self._messages is None or self._messages.advance())
        if through and self.heard_out and not self.ended:
            self.ended = True
            self._sink.write_eof()
            self._on_ended()

    def close(self) -> None:
        """Drop everything: the connection is gone."""
        self._line.close()
        if self._messages is not None:
            self._messages.close()
        if self._silenced is not None:
            self._silenced.end()

    def _stop_scanning(self) -> None:
        gathered, self._gathered = self._gathered, None
        if gathered is not None:
            self._enqueue(gathered)
        kept = self._scanner.become_opaque()
        if kept:
            self._enqueue(Piece(kept, 0))
        self.pump()

    def _gather(self, piece: Piece) -> None:
        """Wait for a body that says more of its request: faults select by it, and tell by it whose reply they lost."""
        if self._gathered is not None:
            piece = Piece(self._gathered.data + piece.data, self._gathered.head_length, ends=piece.ends)
        elif not (piece.head_length and self._faults.active):
            self._enqueue(piece)
            return
        whole = piece.ends or self._scanner.opaque or len(piece.data) > piece.head_length + _FORM_BYTES_MAX
        waits = not whole and says_more_in_its_body(piece.data[: piece.head_length])
        self._gathered = piece if waits else None
        if not waits:
            self._enqueue(piece)

    def _enqueue(self, piece: Piece) -> None:
        if not piece.head_length:
            self._line.add(Parcel(piece))
            return
        touch = None
        if self._faults.active:
            request = request_of(piece.data, piece.head_length)
            touch = self._faults.touch(request, self._source, self._timer.wall_ns())
        awaited = Awaited(piece.data, touch)
        delays_ns = {} if touch is None else touch.delays_before_ns
        hold = Hold(self._timer.now_ns(), delays_ns, self.pump) if delays_ns else None
        self._line.add(Parcel(piece, awaited, hold))

    def _deliver(self, parcel: Parcel) -> None:
        if parcel.awaited is not None:
            self._dropping = self._deaf or self._ends_here(parcel.awaited, parcel.piece)
            if not self._dropping:
                self._turns.expect(parcel.awaited)
                self._sink.begin(parcel.awaited.touch)
        if not self._dropping:
            self._sink.write(parcel.piece.data)
        if parcel.piece.ends:
            self._dropping = self._deaf

    def _ends_here(self, awaited: Awaited, piece: Piece) -> bool:
        """Whether the venue is not to see this request, and if so, what the client is told in its turn."""
        found = None if awaited.touch is None else awaited.touch.ending(Phase.BEFORE)
        if found is None:
            return False
        ending, fault = found
        match ending.by:
            case Answer() as answer:
                self._deaf = is_last(piece.data[: piece.head_length])
                self._turns.after_all(partial(self._answer, awaited, answer))
            case Cut() as by:
                self._deaf = True
                self._turns.after_all(partial(cut, self._source, by))
            case Silence():
                self.silence(fault)
        return True

    def _answer(self, awaited: Awaited, answer: Answer) -> None:
        assert awaited.touch is not None  # noqa: S101 - or there were no ending
        self._source.begin(awaited.touch)
        self._source.write(reply(answer, awaited.method, awaited.touch.marks, closes=self._deaf))
        if self._deaf:
            self._source.close()
        if not self.heard_out:
            awaited.touch.answered()
