"""One client's connection once it is open: frames in, messages out, and an end to whoever breaks a rule.

A client that does not read is cut as soon as more than the limit is waiting for it: what it misses never waits in
memory, and nobody else waits for it.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from mock_exchange.websocket.endpoint import Endpoint, Session
from mock_exchange.websocket.liveness import Liveness
from mock_exchange.websocket.pace import Pace

if TYPE_CHECKING:
    from mock_exchange.websocket.server import WebSocketServer

_LOGGER = logging.getLogger(__name__)

_TEXT: Final = WSMsgType.TEXT
_BINARY: Final = WSMsgType.BINARY
_CONTINUATION: Final = WSMsgType.CONTINUATION
_PING: Final = WSMsgType.PING
_PONG: Final = WSMsgType.PONG
_CLOSE: Final = WSMsgType.CLOSE

_COPIED_BYTES_MAX: Final = 8192
"""Larger messages picows sends in two pieces, the header of the frame from a buffer that its next message overwrites.
uvloop copies neither, so a header that had to wait for the socket would come out as that of another message."""
_HEADER_SPACE: Final = bytes(14)
"""What picows wants to have in front of a message, to write the header there."""

_NORMAL: Final = WSCloseCode.OK
_GOING_AWAY: Final = WSCloseCode.GOING_AWAY
_PROTOCOL_ERROR: Final = WSCloseCode.PROTOCOL_ERROR
_TEXT_ONLY: Final = WSCloseCode.UNSUPPORTED_DATA
_NOT_UTF8: Final = WSCloseCode.INVALID_TEXT
_POLICY: Final = WSCloseCode.POLICY_VIOLATION
_TOO_BIG: Final = WSCloseCode.MESSAGE_TOO_BIG
_INTERNAL: Final = WSCloseCode.INTERNAL_ERROR


class Connection(WSListener):
    """The Peer of a session, and the listener of picows."""

    def __init__(self, server: "WebSocketServer", address: str, look_soon: Callable[[], None]) -> None:
        """``look_soon`` has ``enforce_deadlines`` called at the next opportunity, whatever it said last."""
        self.address = address
        self._server = server
        self._look_soon = look_soon
        self._limits = server.limits
        self._monotonic_ns = server.monotonic_ns
        self._transport: WSTransport | None = None
        self._is_open = False
        """Whether messages can be sent, and those that come are heard."""
        self._closing_ns = 0
        """Since when a close frame is under way; 0 while there is none."""
        self._session: Session | None = None
        self._pace: Pace | None = None
        self._liveness = Liveness(server.limits, 0)
        self._fragments: list[bytes] = []
        """The beginning of a message whose end is still to come."""
        self._fragment_bytes = 0

    def attach(self, session: Session, endpoint: Endpoint) -> None:
        """Give the connection what is behind it; before it is open."""
        self._session = session
        if endpoint.messages_per_second is not None:
            self._pace = Pace(endpoint.messages_per_second)

    # The session's side

    def send(self, payload: bytes) -> None:
        if not self._is_open or self._transport is None:
            return
        if len(payload) <= _COPIED_BYTES_MAX:
            self._transport.send(_TEXT, payload)
        else:
            frame = bytearray(_HEADER_SPACE + payload)
            self._transport.send_reuse_external_bytearray(_TEXT, frame, len(_HEADER_SPACE))

    def close(self, code: int, reason: str) -> None:
        self._close(WSCloseCode(code), reason)

    # picows' side

    def on_ws_connected(self, transport: WSTransport) -> None:
        transport.underlying_transport.set_write_buffer_limits(self._limits.send_buffer_bytes)
        self._transport = transport
        self._is_open = True
        self._liveness = Liveness(self._limits, self._monotonic_ns())

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        try:
            self._read(transport, frame)
        except Exception:
            # A fault of ours with one message: its client is told, the log says why, the exchange goes on.
            _LOGGER.exception("a message could not be handled")
            self._close(_INTERNAL, "internal error")

    def pause_writing(self) -> None:
        """More is waiting for this client than it may let wait."""
        if self._is_open:
            self._is_open = False
            self._server.cut_slow += 1
            asyncio.get_running_loop().call_soon(self._end, _POLICY, "too slow to read")

    def resume_writing(self) -> None:
        """It reads again, too late."""

    # The server's side

    def shut_down(self) -> None:
        """Say that this is the end, and close."""
        if self._session is not None and self._is_open:
            self._session.shutting_down()
        self._close(_GOING_AWAY, "server shutdown")

    def gone(self) -> None:
        """The socket is closed, however it came to that."""
        self._is_open = False
        self._transport = None
        session, self._session = self._session, None
        if session is not None:
            session.closed()

    def noticed_breach(self) -> bool:
        """Whether picows has refused what the client sent; it has then said so, and listens no more."""
        if self._is_open and self._transport is not None and self._transport.is_close_frame_sent:
            self._is_open = False
            self._closing_ns = self._monotonic_ns()
            self._look_soon()
            return True
        return False

    def enforce_deadlines(self, now_ns: int) -> int:
        """Do what is due; returns when to look again, 0 for as soon as possible."""
        if self._transport is None or not self._is_open:
            self._enforce_end(now_ns)
            return 0
        liveness = self._liveness
        if liveness.is_silent(now_ns):
            self._close(_POLICY, "pong timeout")
        elif liveness.is_over(now_ns):
            self._close(_GOING_AWAY, "connection is too old")
        else:
            self._keep_alive(self._transport, now_ns)
        return liveness.next_look_ns() if self._is_open else 0

    def _enforce_end(self, now_ns: int) -> None:
        is_late = self._closing_ns and now_ns - self._closing_ns > self._limits.close_deadline
        if is_late and self._transport is not None:
            self._transport.disconnect(graceful=False)

    def _keep_alive(self, transport: WSTransport, now_ns: int) -> None:
        payload = b"%d" % self._server.wall_ms()
        if self._liveness.due_ping(now_ns, payload):
            transport.send_ping(payload)
        if self._liveness.due_notice(now_ns) and self._session is not None:
            self._session.shutting_down()

    # Frames

    def _read(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind == _CLOSE:
            self._read_close(transport, frame)
        elif not self._is_open:
            return
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:
            self._close(_PROTOCOL_ERROR, "no extension was agreed upon")
        elif self._pace is not None and self._pace.is_exceeded(self._monotonic_ns()):
            self._close(_POLICY, "too many messages")
        elif kind in (_TEXT, _CONTINUATION):
            self._read_text(frame.get_payload_as_bytes(), begins=kind == _TEXT, ends=frame.fin)
        elif kind == _PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif kind == _PONG:
            self._liveness.answered(frame.get_payload_as_bytes())
        else:
            self._close(_TEXT_ONLY, "text messages only")

    def _read_close(self, transport: WSTransport, frame: WSFrame) -> None:
        """The client ends, or answers our end."""
        if not transport.is_close_frame_sent:
            code = frame.get_close_code()
            self._close(_NORMAL if code == WSCloseCode.NO_INFO else code, "")
        transport.disconnect()

    def _read_text(self, part: bytes, *, begins: bool, ends: bool) -> None:
        if begins == bool(self._fragments):
            self._close(_PROTOCOL_ERROR, "fragments out of order")
            return
        self._fragment_bytes += len(part)
        if self._fragment_bytes > self._limits.message_bytes:
            self._close(_TOO_BIG, "message too big")
            return
        self._fragments.append(part)
        if ends:
            message = part if begins else b"".join(self._fragments)
            self._fragments.clear()
            self._fragment_bytes = 0
            self._receive(message)

    def _receive(self, message: bytes) -> None:
        if not message.isascii() and not _is_utf8(message):
            self._close(_NOT_UTF8, "text is not UTF-8")
        elif self._session is not None:
            self._session.received(message)

    # The end

    def _close(self, code: WSCloseCode, reason: str) -> None:
        if self._is_open:
            self._is_open = False
            self._end(code, reason)

    def _end(self, code: WSCloseCode, reason: str) -> None:
        self._closing_ns = self._monotonic_ns()
        self._look_soon()
        if self._transport is not None:
            self._transport.send_close(code, reason)


def _is_utf8(message: bytes) -> bool:
    try:
        message.decode()
    except UnicodeDecodeError:
        return False
    return True
