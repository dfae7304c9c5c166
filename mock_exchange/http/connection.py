"""One client connection: bytes in, requests to the service, replies out in order, and an end to whoever misbehaves.

Malformed input gets one clean 4xx and a close. The close lingers: we stop writing first and read on for a moment,
because closing a socket with unread bytes resets it, and the client would never see why.
"""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, cast

import httptools

from mock_exchange.http.request import Request
from mock_exchange.http.turn import Turn

if TYPE_CHECKING:
    from mock_exchange.http.server import HttpServer

_LOGGER = logging.getLogger(__name__)
_LINGER_NS = 1_000_000_000
_FRAMING_MAX = 8
"""How many bytes of chunked transfer one byte of a body may take: a chunk of one byte takes six."""


class Refused(Exception):  # noqa: N818 - a refusal, not a failure of ours
    """The client broke HTTP or a limit; ends the connection."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Connection(asyncio.Protocol):
    __slots__ = (
        "_begun_ns",
        "_body_bytes",
        "_credential_size",
        "_ended_ns",
        "_expects_continue",
        "_head_bytes",
        "_head_is_long",
        "_idle_since_ns",
        "_in_head",
        "_limits",
        "_middle_bytes",
        "_monotonic_ns",
        "_parser",
        "_peer_ended",
        "_refusal",
        "_request",
        "_server",
        "_service",
        "_transport",
        "_turns",
        "_unread_since_ns",
        "heads",
        "read_ns",
    )

    def __init__(self, server: "HttpServer") -> None:
        self._server = server
        self._service = server.service
        self._limits = server.limits
        self._credential_size = len(server.service.credential_header)
        self._monotonic_ns = server.monotonic_ns
        self.heads = server.heads
        self._request = Request()
        self._parser = httptools.HttpRequestParser(self)
        self._turns: deque[Turn] = deque()
        self._transport: asyncio.Transport | None = None
        self._refusal: tuple[int, bytes] | None = None
        self._in_head = False
        self._head_is_long = False
        self._expects_continue = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._middle_bytes = 0
        self._begun_ns = 0
        """When the first byte of an incomplete request came; 0 between requests."""
        self._ended_ns = 0
        """When the last reply was decided; nothing is read after it. 0 while the connection lives."""
        self._unread_since_ns = 0
        """Since when the client has not read its replies; 0 while it does."""
        self._idle_since_ns = 0
        self._peer_ended = False
        self.read_ns = 0

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._idle_since_ns = self._monotonic_ns()
        if not self._server.welcome(self):
            self._refuse(503, "Too many connections.")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        self._transport = None
        self._turns.clear()
        self._server.farewell(self)

    def data_received(self, data: bytes) -> None:
        if self._ended_ns:
            return
        self.read_ns = self._monotonic_ns()
        begun_before = self._begun_ns
        # A head inside one small chunk cannot be too long, which spares the counting.
        self._head_is_long = self._in_head or len(data) > self._limits.head_bytes
        try:
            self._feed(data)
            if begun_before and begun_before == self._begun_ns:
                self._count_middle(len(data))
        except Refused as refused:
            self._refuse(refused.status, refused.text)
        except httptools.HttpParserCallbackError as error:
            self._callback_failed(error)
        except httptools.HttpParserError as error:
            self._refuse(400, f"Malformed HTTP request: {error}.")
        if self._turns and self._turns[0].reply is not None:
            self.flush()

    def _feed(self, data: bytes) -> None:
        """Parse; a wish to change the protocol is not granted, and what follows is HTTP as before (RFC 9110, 7.8)."""
        while True:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
            else:
                return

    def eof_received(self) -> bool:
        # A client may end its side and still wait for what it asked for.
        self._peer_ended = True
        self.drain()
        return True

    def pause_writing(self) -> None:
        self._unread_since_ns = self._monotonic_ns()
        if self._transport is not None and not self._ended_ns:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._unread_since_ns = 0
        if self._transport is not None and not self._ended_ns:
            self._transport.resume_reading()

    # The parser's side

    def on_message_begin(self) -> None:
        request = self._request
        request.target = request.body = request.credential = b""
        self._in_head = True
        self._expects_continue = False
        self._head_bytes = self._body_bytes = self._middle_bytes = 0
        self._begun_ns = self.read_ns

    def on_url(self, part: bytes) -> None:
        self._request.target += part
        if len(self._request.target) > self._limits.request_line_bytes:
            raise Refused(414, f"The request target exceeds {self._limits.request_line_bytes} bytes.")
        if self._head_is_long:
            self._count_head(len(part))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head_is_long:
            self._count_head(len(name) + len(value))
        size = len(name)
        if size == self._credential_size and name.lower() == self._service.credential_header:
            self._request.credential = value
        elif size == 6 and name.lower() == b"expect":
            self._expects_continue = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        self._in_head = False
        request = self._request
        request.method = method = self._parser.get_method()
        request.path, _, request.query = request.target.partition(b"?")
        request.line = method + b" " + request.path
        self._refusal = self._service.refusal(request)
        if self._expects_continue and not self._turns and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        self._body_bytes += len(part)
        if self._body_bytes > self._limits.body_bytes:
            raise Refused(413, f"The request body exceeds {self._limits.body_bytes} bytes.")
        if self._refusal is None:
            self._request.body += part

    def on_message_complete(self) -> None:
        request = self._request
        self._begun_ns = 0
        request.accepted_ns = self.read_ns
        request.parsed_ns = self._monotonic_ns()
        if request.method == b"HEAD":
            raise Refused(405, "HEAD is not served; use GET.")
        if len(self._turns) >= self._limits.pipelined:
            raise Refused(429, f"More than {self._limits.pipelined} unanswered requests on one connection.")
        turn = Turn(self, not self._parser.should_keep_alive())
        if self._refusal is not None:
            turn.answer(*self._refusal)
        else:
            self._service.answer(request, turn)
        self._turns.append(turn)
        if turn.last:
            self._ended_ns = self.read_ns

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._limits.head_bytes:
            raise Refused(431, f"The request head exceeds {self._limits.head_bytes} bytes.")

    def _count_middle(self, size: int) -> None:
        """A whole chunk of one message, which neither begins nor ends in it: an endless head, body or trailer."""
        if self._in_head:
            self._count_head(size)
        self._middle_bytes += size
        if self._middle_bytes > self._limits.head_bytes + _FRAMING_MAX * self._limits.body_bytes:
            raise Refused(413, "The request is too long.")

    def _callback_failed(self, error: httptools.HttpParserCallbackError) -> None:
        """Our own callbacks raised inside the parser: on purpose, or because of a fault of ours."""
        cause = error.__context__
        if isinstance(cause, Refused):
            self._refuse(cause.status, cause.text)
        else:
            _LOGGER.error("a request could not be handled", exc_info=cause)
            self._refuse(500, "An internal error occurred while processing the request.")

    # Replies

    def flush(self) -> None:
        """Write, in one go, every reply whose turn it is."""
        turns = self._turns
        if not turns or turns[0].reply is None or self._transport is None:
            return
        turn = turns.popleft()
        replies = turn.reply or b""
        while turns and (reply := turns[0].reply) is not None:
            turn = turns.popleft()
            replies += reply
        self._transport.write(replies)
        if turn.last:
            self._end()

    def _refuse(self, status: int, text: str) -> None:
        """Answer what is wrong, after the replies that are still owed, and end."""
        if self._ended_ns:
            return
        self._ended_ns = self._monotonic_ns()
        turn = Turn(self, last=True)
        # The reply to HEAD has no body, whatever it says.
        turn.answer(status, b"" if status == 405 else self._service.error_body(status, text))
        self._turns.append(turn)
        self.flush()

    def _end(self) -> None:
        self._ended_ns = self._monotonic_ns()
        self._turns.clear()
        if self._transport is None or self._transport.is_closing():
            return
        if self._peer_ended or self._server.is_draining:
            self._transport.close()
        else:
            self._transport.write_eof()

    # The server's side

    def enforce_deadlines(self, now_ns: int) -> None:
        """Called a few times a second, for every connection."""
        limits = self._limits
        if self._transport is None:
            return
        if self._turns:
            self._idle_since_ns = now_ns
        if self._unread_since_ns and now_ns - self._unread_since_ns > limits.idle_deadline:
            self._transport.abort()
        elif self._ended_ns:
            if not self._turns and now_ns - self._ended_ns > _LINGER_NS:
                self._transport.close()
        elif self._begun_ns:
            if now_ns - self._begun_ns > limits.request_deadline:
                self._refuse(408, "The request did not arrive in time.")
        elif not self._turns and now_ns - self._idle_since_ns > limits.idle_deadline:
            self._transport.close()

    def drain(self) -> None:
        """Take no more requests; close when those that were taken are answered."""
        if self._transport is None:
            return
        if self._turns:
            self._turns[-1].last = True
            self._ended_ns = self._ended_ns or self._monotonic_ns()
        else:
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
