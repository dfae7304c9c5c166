"""One client connection: requests to the service, replies out in order, and an end to whoever misbehaves.

Malformed input gets one clean 4xx and a close. The close lingers: we stop writing first and read on for a moment,
because closing a socket with unread bytes resets it, and the client would never see why.
"""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, cast

from mock_exchange.http.reading import Refused, RequestReader
from mock_exchange.http.request import Request
from mock_exchange.http.turn import Turn

if TYPE_CHECKING:
    from mock_exchange.http.server import HttpServer

_LOGGER = logging.getLogger(__name__)
_LINGER_NS = 1_000_000_000


class Connection(asyncio.Protocol):
    """One client: reads its requests, keeps their order, and ends it when it breaks the rules or their deadlines."""

    __slots__ = (
        "_ended_ns",
        "_idle_since_ns",
        "_limits",
        "_monotonic_ns",
        "_peer_ended",
        "_read_ns",
        "_reader",
        "_refusal",
        "_server",
        "_service",
        "_transport",
        "_turns",
        "_unread_since_ns",
        "heads",
    )

    def __init__(self, server: "HttpServer") -> None:
        self._server = server
        self._service = server.service
        self._limits = server.limits
        self._monotonic_ns = server.monotonic_ns
        self.heads = server.heads
        self._reader = RequestReader(server.limits, server.familiar, self._head_read, self._request_read)
        self._turns: deque[Turn] = deque()
        """Requests that were read and not yet answered on the wire."""
        self._transport: asyncio.Transport | None = None
        self._refusal: tuple[int, bytes] | None = None
        self._read_ns = 0
        self._ended_ns = 0
        """When the last reply was decided; nothing is read after it. 0 while the connection lives."""
        self._unread_since_ns = 0
        """Since when the client has not read its replies; 0 while it does."""
        self._idle_since_ns = 0
        """Since when no request has come. Bytes that make no request do not count."""
        self._peer_ended = False

    @property
    def is_heard(self) -> bool:
        """Whether the client is there. One that has ended its side may still read, but most have gone."""
        return self._transport is not None and not self._peer_ended

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._reader.request.address = _address(transport.get_extra_info("peername"))
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
        self._read_ns = now_ns = self._monotonic_ns()
        try:
            self._reader.feed(data, now_ns)
        except Refused as refused:
            self._refuse(refused.status, refused.text)
        except Exception:
            # A fault of ours in one request: its client is told, the log says why, the exchange goes on.
            _LOGGER.exception("a request could not be handled")
            self._refuse(500, "An internal error occurred while processing the request.")
        if self._turns and self._turns[0].reply is not None:
            self.flush()

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

    # The reader's side

    def _head_read(self, request: Request) -> None:
        self._refusal = self._service.refusal(request)
        headers = request.headers
        if (b"Expect" in headers or b"expect" in headers) and not self._turns and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _request_read(self, request: Request, keep_alive: bool) -> None:
        if self._ended_ns:
            return
        request.accepted_ns = self._idle_since_ns = self._read_ns
        request.parsed_ns = self._monotonic_ns()
        if request.method == b"HEAD":
            raise Refused(405, "HEAD is not served; use GET.")
        if len(self._turns) >= self._limits.pipelined:
            raise Refused(429, f"More than {self._limits.pipelined} unanswered requests on one connection.")
        turn = Turn(self, not keep_alive)
        if self._refusal is not None:
            turn.answer(*self._refusal)
        else:
            self._service.answer(request, turn)
        self._turns.append(turn)
        if turn.last:
            self._ended_ns = self._read_ns

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
        elif self._reader.begun_ns:
            if now_ns - self._reader.begun_ns > limits.request_deadline:
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


def _address(peer: object) -> str:
    """What an IPv4 or IPv6 socket says of its peer, without the port."""
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""
