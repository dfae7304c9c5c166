"""The other direction of a link: responses, which carry the marks of faults, and which faults may hold or replace."""

from collections.abc import Callable, Iterator
from functools import partial

from chaos.kinds.fault import Answer, Cut, Phase, Silence
from chaos.kinds.stream import Direction
from chaos.proxy.endings import MARK, cut, reply
from chaos.proxy.faults import ActiveFault, Hold
from chaos.proxy.framing import Piece, ResponseScanner
from chaos.proxy.here import FaultsHere
from chaos.proxy.line import Line, Parcel
from chaos.proxy.message import stream_named_in
from chaos.proxy.messages import Messages
from chaos.proxy.reading import is_last, opens_websocket
from chaos.proxy.request_lane import RequestLane
from chaos.proxy.side import Side, Sink
from chaos.proxy.timer import Timer
from chaos.proxy.turns import Awaited, Turns


class ResponseLane:
    """Passes responses on as they come, with a mark in the head of those whose request a fault has touched."""

    def __init__(
        self,
        source: Side,
        sink: Side,
        turns: Turns,
        requests: RequestLane,
        *,
        faults: FaultsHere,
        timer: Timer,
        on_foreign: Callable[[], None],
        on_ended: Callable[[], None],
    ) -> None:
        self.ended = False
        self._on_foreign = on_foreign
        self._on_ended = on_ended
        self._source = source
        self._sink = sink
        self._out: Sink = sink
        """The sink, or the messages of a WebSocket before it."""
        self._faults = faults
        self._messages: Messages | None = None
        self._turns = turns
        self._requests = requests
        self._timer = timer
        self._scanner = ResponseScanner(turns.awaited)
        self._line = Line(source, timer, lambda parcel: self._deliver(parcel.piece), self.pump)
        self._current: Awaited | None = None
        """Whose final response is on its way."""
        self._pass_on: Callable[[Piece], None] = self._copy
        self._mute = False
        """Nothing reaches the client any more."""
        self._ending = False

    def receive(self, data: bytes) -> None:
        pieces = self._scanner.feed(data)
        if self._scanner.foreign:
            self._scanner.foreign = False
            self._on_foreign()
        for piece in pieces:
            self._take(piece)
        if self._scanner.upgraded:
            self._scanner.upgraded = False
            self._on_foreign()
            self._requests.tunnel(_stream_of(pieces[-1]))

    def end(self) -> None:
        self._take(Piece(self._scanner.become_opaque(), 0))
        self._ending = True
        self.pump()

    def pump(self) -> None:
        """Pass on what is due."""
        through = self._line.advance() and (self._messages is None or self._messages.advance())
        if through and self._ending and not self.ended:
            self.ended = True
            self._sink.write_eof()
            self._on_ended()

    def close(self) -> None:
        """Drop everything: the connection is gone."""
        self._line.close()
        if self._messages is not None:
            self._messages.close()

    def _take(self, piece: Piece) -> None:
        touch = piece.answers.touch if piece.answers is not None else None
        hold = None
        if touch is not None and touch.reply_delays_ns:
            hold = Hold(self._timer.now_ns(), touch.reply_delays_ns, self.pump)
        if hold is None and not self._line:
            self._deliver(piece)
        else:
            self._line.add(Parcel(piece, hold=hold))
            self.pump()

    def _deliver(self, piece: Piece) -> None:
        if self._mute:
            return
        if piece.answers is not None:
            self._current = piece.answers
            self._sink.begin(piece.answers.touch)
            self._pass_on = self._way_of(piece, piece.answers)
        self._pass_on(piece)
        if piece.ends and self._current is not None:
            self._complete(self._current)

    def _complete(self, awaited: Awaited) -> None:
        self._current = None
        self._pass_on = self._copy
        if awaited.touch is not None and not self._requests.heard_out:
            awaited.touch.answered()
        self._turns.complete(awaited)

    def _way_of(self, piece: Piece, awaited: Awaited) -> Callable[[Piece], None]:
        """How this response is passed on: as it is, unless a fault in force ends the request otherwise."""
        found = None if awaited.touch is None else awaited.touch.ending(Phase.AFTER, Phase.MID_BODY)
        if found is None:
            return self._copy if _stream_of(piece) is None else self._open_websocket
        ending, fault = found
        match ending.by:
            case Answer() as answer:
                return partial(self._replace, answer)
            case Cut() as by if ending.phase is Phase.MID_BODY and (
                len(piece.data) > piece.head_length or not piece.ends
            ):
                return partial(self._cut_in_body, by)
            case Cut() as by:
                return partial(self._cut, by)
            case Silence():
                return partial(self._fall_silent, fault)

    def _copy(self, piece: Piece) -> None:
        self._out.write(_marked(piece) if piece.answers is not None else piece.data)

    def _open_websocket(self, piece: Piece) -> None:
        """What comes after the head are frames."""
        self._sink.write(_marked(piece._replace(data=piece.data[: piece.head_length])))
        in_force, stream = self._faults.on_messages[Direction.DOWNSTREAM], _stream_of(piece) or ""
        self._messages = Messages(in_force, stream, self._source, self._sink, timer=self._timer, wake=self.pump)
        self._out, self._pass_on = self._messages, self._copy
        self._out.write(piece.data[piece.head_length :])

    def _replace(self, answer: Answer, piece: Piece) -> None:
        """At the response's head; the rest of it is dropped."""
        if piece.answers is None or piece.answers.touch is None:
            return
        closes = self._scanner.opaque or is_last(piece.data[: piece.head_length])
        marks = b", ".join((*_marks_in(piece.data[: piece.head_length]), piece.answers.touch.marks))
        self._sink.write(reply(answer, piece.answers.method, marks, closes=closes))
        if closes:
            self._sink.close()

    def _cut(self, by: Cut, _: Piece) -> None:
        self._current, self._mute = None, True
        cut(self._sink, by)

    def _cut_in_body(self, by: Cut, piece: Piece) -> None:
        """Once there is something of the body; half of that goes through."""
        body_length = len(piece.data) - piece.head_length
        data = _marked(piece) if piece.answers is not None else piece.data
        self._sink.write(data[: len(data) - body_length + body_length // 2])
        if body_length:
            self._cut(by, piece)

    def _fall_silent(self, fault: ActiveFault, _: Piece) -> None:
        self._current, self._mute = None, True
        self._requests.silence(fault)


def _stream_of(piece: Piece) -> str | None:
    """Of a response that opens a WebSocket, the stream that its request named, or an empty text; None of another."""
    if piece.answers is None or not opens_websocket(piece.data, piece.head_length):
        return None
    return stream_named_in(piece.answers.begins.split(b" ", 2)[1].decode("latin-1"))


def _marked(piece: Piece) -> bytes:
    """The response with one header more, as the last of its head."""
    if piece.answers is None or piece.answers.touch is None:
        return piece.data
    end = piece.head_length - 2
    return b"%b%b: %b\r\n%b" % (piece.data[:end], MARK, piece.answers.touch.marks, piece.data[end:])


def _marks_in(head: bytes) -> Iterator[bytes]:
    """What the venue itself says of faults: ours does, of those that it holds."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == MARK.lower():
            yield value.strip()
