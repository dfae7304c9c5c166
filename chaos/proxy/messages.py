"""One direction of a WebSocket: frames pass as they are until a fault is in force for them, then message by message.

Only where frames begin is known at all times, so that a fault can come into force in the middle of one: what has begun
by then ends as it is. Pings and pongs overtake what is held back; a close frame comes after it, for nothing may follow
it (RFC 6455, 5.5.1), but not after what only healing lets go: that never comes.
"""

from collections.abc import Callable, Mapping

from chaos.kinds import MessageFault
from chaos.proxy.channel import Channel
from chaos.proxy.faults import ActiveFault, Touch
from chaos.proxy.frames import BINARY, CLOSE, FrameHead, FrameScanner, Part, unmasked
from chaos.proxy.line import Parcel
from chaos.proxy.message import message_of
from chaos.proxy.message_touch import touch_of
from chaos.proxy.side import Side, Sink
from chaos.proxy.timer import Timer
from chaos.selector import Message

MESSAGE_BYTES_MAX = 1_048_576
"""A longer message passes as it is: nobody waits for its end to decide on it."""


class Messages:
    """Stands before the side that frames are written to. ``wake`` is called when something held back may be due.

    ``in_force`` is looked at for every message, and always the same mapping.
    """

    def __init__(
        self,
        in_force: Mapping[ActiveFault, MessageFault],
        stream: str,
        source: Side,
        sink: Sink,
        *,
        timer: Timer,
        wake: Callable[[], None],
    ) -> None:
        self._in_force = in_force
        self._stream = stream
        self._source = source
        self._sink = sink
        self._timer = timer
        self._wake = wake
        self._scanner = FrameScanner()
        self._channels: dict[tuple[Message, bool], Channel] = {}
        """Those in which something waits, by what its messages say of themselves; those that come again apart."""
        self._closing = b""
        """A close frame that waits for them."""
        self._passing = False
        """What is under way has been begun to be passed on, and so is the rest of it."""
        self._frame: list[bytes] = []
        """Of the frame that is under way, what is here."""
        self._message: list[tuple[FrameHead, bytes]] = []
        """Of the message that is under way, the frames that are whole."""
        self._gathered_bytes = 0

    @property
    def open(self) -> bool:
        return self._sink.open

    def write(self, data: bytes) -> None:
        if not (self._in_force or self._channels or self._closing):
            self._copy(data)
            return
        self._passing = self._passing and not self._scanner.between_messages
        for part in self._scanner.feed(data):
            self._take(part)
        self.advance()

    def begin(self, touch: Touch | None) -> None:
        """No request begins here any more."""

    def write_eof(self) -> None:
        self._pass_gathered()
        self._sink.write_eof()

    def advance(self) -> bool:
        """Pass on what is due; whether nothing waits any more that will be due by itself."""
        if self._passing and not self._scanner.between_messages:
            return True  # nothing can come in between; what ends here ends without what is held back
        for key, channel in list(self._channels.items()):
            if channel.advance():
                del self._channels[key]
        waits = any(not channel.is_frozen for channel in self._channels.values())
        if self._closing and not waits:
            closing, self._closing = self._closing, b""
            self._sink.write(closing)
            self.close()
        return not waits

    def close(self) -> None:
        """Drop everything that waits."""
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    def _copy(self, data: bytes) -> None:
        self._pass_gathered()
        self._scanner.skip(data)
        self._passing = True
        self._sink.write(data)

    def _take(self, part: Part) -> None:
        if self._passing:
            self._sink.write(part.data)
            self._passing = not part.ends_all
            return
        self._frame.append(part.data)
        self._gathered_bytes += len(part.data)
        if part.head is not None:
            self._end_frame(part.head)
        if self._gathered_bytes > MESSAGE_BYTES_MAX:
            self._pass_gathered()
            self._passing = not part.ends_all

    def _end_frame(self, head: FrameHead) -> None:
        frame = b"".join(self._frame)
        self._frame.clear()
        if head.is_control:
            self._gathered_bytes -= len(frame)
            self._pass_control(head, frame)
            return
        self._message.append((head, frame))
        if head.final:
            message, self._message = self._message, []
            self._gathered_bytes = 0
            self._treat(message)

    def _pass_control(self, head: FrameHead, frame: bytes) -> None:
        if head.opcode == CLOSE:
            self._closing += frame
        else:
            self._sink.write(frame)

    def _treat(self, frames: list[tuple[FrameHead, bytes]]) -> None:
        """What the faults in force do to a message that is whole."""
        message = message_of(_payload(frames), self._stream)
        data = b"".join(frame for _, frame in frames)
        touch = touch_of(message, self._in_force)
        now_ns = self._timer.now_ns()
        if touch is None:
            self._pass_on(message, data)
            return
        if touch.dropped:
            return
        if touch.again_after_ns:
            self._channel(message, again=True).put(data * touch.again, now_ns, touch.again_after_ns)
        else:
            data *= 1 + touch.again
        if touch.delays_ns or touch.swaps_ns:
            self._channel(message).put(data, now_ns, touch.delays_ns, touch.swaps_ns)
        else:
            self._pass_on(message, data)

    def _pass_on(self, message: Message, data: bytes) -> None:
        """At once, unless others of its channel wait: then behind them, or before one that yields."""
        channel = self._channels.get((message, False))
        if channel is None:
            self._sink.write(data)
        else:
            channel.put(data, self._timer.now_ns())

    def _channel(self, message: Message, *, again: bool = False) -> Channel:
        key = message, again
        if key not in self._channels:
            self._channels[key] = Channel(self._source, self._timer, self._deliver, self._wake)
        return self._channels[key]

    def _deliver(self, parcel: Parcel) -> None:
        self._sink.write(parcel.piece.data)

    def _pass_gathered(self) -> None:
        """As it is, though neither a message nor even a frame."""
        if self._gathered_bytes:
            self._sink.write(b"".join([*(frame for _, frame in self._message), *self._frame]))
            self._message.clear()
            self._frame.clear()
            self._gathered_bytes = 0


def _payload(frames: list[tuple[FrameHead, bytes]]) -> bytes | None:
    """None where it cannot be read."""
    first = frames[0][0]
    if first.opcode == BINARY or first.compressed:
        return None
    return b"".join(unmasked(frame[head.length :], head.mask) for head, frame in frames)
