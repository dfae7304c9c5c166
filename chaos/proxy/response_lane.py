"""The other direction of a link: responses, which carry the marks of faults, and which faults may hold or replace."""

from collections.abc import Callable, Iterator
from functools import partial

from chaos.kinds.fault import Answer, Cut, Phase, Silence
from chaos.proxy.endings import MARK, cut, reply
from chaos.proxy.faults import ActiveFault, Hold
from chaos.proxy.framing import Piece, ResponseScanner
from chaos.proxy.line import Line, Parcel
from chaos.proxy.reading import is_last
from chaos.proxy.request_lane import RequestLane
from chaos.proxy.side import Side
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
        timer: Timer,
        on_ended: Callable[[], None],
    ) -> None:
        self.ended = False
        self._on_ended = on_ended
        self._sink = sink
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
        for piece in self._scanner.feed(data):
            self._take(piece)
        if self._scanner.upgraded:
            self._scanner.upgraded = False
            self._requests.tunnel()

    def end(self) -> None:
        self._take(Piece(self._scanner.become_opaque(), 0))
        self._ending = True
        self.pump()

    def pump(self) -> None:
        """Pass on what is due."""
        if self._line.advance() and self._ending and not self.ended:
            self.ended = True
            self._sink.write_eof()
            self._on_ended()

    def close(self) -> None:
        """Drop everything: the connection is gone."""
        self._line.close()

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
            return self._copy
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
        self._sink.write(_marked(piece) if piece.answers is not None else piece.data)

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
