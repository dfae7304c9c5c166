"""One keep-alive connection to the venue: a socket that gevent waits for and httptools' parser, one request at a time.

Sending and receiving are calls of the bare socket, and a reply is received only once it is there: gevent's own socket
first tries to receive, in vain, and pays with a call and an exception.
"""

import select
import socket as names
from collections.abc import Callable
from typing import Any, Protocol

import httptools
from gevent import get_hub, getcurrent, monkey, socket

from scenarios.client.classify import Reply
from scenarios.client.failures import CallFailed
from scenarios.client.limits import TimeLimits

RECEIVE_BYTES = 65_536
FAULT_HEADER = b"x-brownout-fault"
FINAL_STATUS_MIN = 200
"""Below are interim replies (RFC 9110, 15.2): the real one is still to come on the same connection."""
_NOT_HTTP = (httptools.HttpParserError, httptools.HttpParserUpgrade)

_READABLE = 1
"""libev's EV_READ."""
_BareSocket: type[names.socket] = monkey.get_original("socket", "socket")
_poll = monkey.get_original("select", "poll") if hasattr(select, "poll") else None
"""The system's own poll, which never waits here; gevent's would."""
_received = bytearray(RECEIVE_BYTES)
"""Shared by all connections: between filling it and parsing it no other greenlet runs."""
_received_view = memoryview(_received)


FRAMING_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
_FRAMING_LENGTHS = frozenset(len(name) for name in FRAMING_HEADERS)


class Sending(Protocol):
    """Whoever wants to know if and when the request was sent."""

    arrival: int
    """Its number in the run; negative for what is no part of the traffic."""
    sent_ns: int
    """Negative until a byte is written, then when the attempt to send began. What the venue takes to accept a
    connection is the venue's time, not the sender's lateness."""


class Connection:
    """Connects when it is first used. After a failure it is of no more use; ``reusable`` says so."""

    __slots__ = (
        "_address", "_body", "_clock", "_fault", "_framed", "_head_complete", "_keep_alive", "_limits", "_parser",
        "_poller", "_readable", "_reply", "_socket",
    )  # fmt: skip

    def __init__(self, address: tuple[str, int], clock: Callable[[], int], limits: TimeLimits) -> None:
        self._address = address
        self._clock = clock
        self._limits = limits
        self._socket: names.socket | None = None
        self._readable: Any = None
        self._poller = None if _poll is None else _poll()
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._fault = ""
        self._framed = False
        self._head_complete = False
        self._reply: Reply | None = None
        self._keep_alive = True

    @property
    def reusable(self) -> bool:
        return self._keep_alive and self._socket is not None

    def call(self, request: Callable[[], bytes], sending: Sending) -> Reply:
        """Send what ``request`` makes, once it can be sent, and wait for the reply; all within the time limit.

        Raises CallFailed.
        """
        limit = self._limits.begin()
        began_ns = self._clock()
        try:
            connected = self._connected()
            self._send(connected, request(), sending, began_ns)
            return self._receive(connected)
        except CallFailed:
            self.close()
            raise
        except (OSError, *_NOT_HTTP) as error:
            self.close()
            raise CallFailed(_reason(error), sent=sending.sent_ns >= 0) from error
        except BaseException:  # the greenlet was told to end: a reply may still come, so nobody may use this again
            self.close()
            raise
        finally:
            limit.over = True

    def close(self) -> None:
        """Calling it again is harmless."""
        self._keep_alive = False
        if self._socket is not None:
            self._readable.stop()
            self._readable.close()  # before its descriptor is: the number may be another's at once
            self._socket.close()
            self._socket = None

    def _connected(self) -> names.socket:
        if self._socket is not None and not self._peer_has_spoken():
            return self._socket
        if self._socket is not None:  # closed by the venue while idle: nothing was sent on it, so begin anew
            self.close()
            self._parser, self._keep_alive = httptools.HttpResponseParser(self), True
        connecting = socket.create_connection(self._address, timeout=None)
        connected = self._socket = _BareSocket(fileno=connecting.detach())
        self._readable = get_hub().loop.io(connected.fileno(), _READABLE)
        connected.setblocking(False)
        connected.setsockopt(names.IPPROTO_TCP, names.TCP_NODELAY, 1)
        if _poll is not None:
            self._poller = _poll()
            self._poller.register(connected.fileno(), select.POLLIN)
        return connected

    def _peer_has_spoken(self) -> bool:
        """Bytes or an end of file before any request: either way the connection is over."""
        return self._poller is not None and bool(self._poller.poll(0))

    def _send(self, connected: names.socket, request: bytes, sending: Sending, began_ns: int) -> None:
        self._reply, self._head_complete = None, False
        try:
            written = connected.send(request)
        except BlockingIOError:
            written = _sent_when_writable(connected, request)
        sending.sent_ns = began_ns
        while written < len(request):
            written += _sent_when_writable(connected, request[written:])

    def _receive(self, connected: names.socket) -> Reply:
        while self._reply is None:
            self._await_readable()
            try:
                received = connected.recv_into(_received)
            except BlockingIOError:
                continue
            if received:
                self._parse(_received_view[:received])
            else:
                self._end_of_stream()
        if not self._keep_alive:
            self.close()
        return self._reply

    def _await_readable(self) -> None:
        """Whoever throws something at the greenlet meanwhile, a time limit or a kill, is heard."""
        self._readable.start(getcurrent().switch)
        try:
            get_hub().switch()
        finally:
            self._readable.stop()

    def _parse(self, received: memoryview) -> None:
        try:
            self._parser.feed_data(received)
        except _NOT_HTTP:
            if self._reply is None:
                raise
            self._keep_alive = False  # the reply stands; what came after it is nobody's

    def _end_of_stream(self) -> None:
        """The end of a reply that does not say how long it is (RFC 9112, 6.3); no reply otherwise."""
        if not self._head_complete or self._framed:
            raise CallFailed("the venue closed the connection before its reply was complete", sent=True)
        self.on_message_complete()
        self._keep_alive = False

    # Called by the parser, for interim replies and for whatever follows the final one too.

    def on_message_begin(self) -> None:
        if self._reply is not None:  # bytes that nobody asked for: the next reply here might be anyone's
            self._keep_alive = False
        self._body, self._fault, self._framed, self._head_complete = b"", "", False, False

    def on_header(self, name: bytes, value: bytes) -> None:
        length = len(name)
        if length == len(FAULT_HEADER) and name.lower() == FAULT_HEADER:
            ids = value.decode("ascii", "replace")
            self._fault = f"{self._fault}, {ids}" if self._fault else ids  # the venue's line, then the proxy's
        elif length in _FRAMING_LENGTHS and name.lower() in FRAMING_HEADERS:
            self._framed = True

    def on_headers_complete(self) -> None:
        self._head_complete = True

    def on_body(self, part: bytes) -> None:
        self._body = self._body + part if self._body else part

    def on_message_complete(self) -> None:
        if self._reply is not None:
            return
        status = self._parser.get_status_code()
        if status < FINAL_STATUS_MIN:
            self._head_complete = False  # an end of the stream here is the end of nothing
            return
        self._reply = Reply(status, self._body, self._fault)
        self._keep_alive = self._parser.should_keep_alive()


def _sent_when_writable(connected: names.socket, request: bytes) -> int:
    """How many bytes the socket took once it could take some."""
    while True:
        socket.wait_write(connected.fileno())
        try:
            return connected.send(request)
        except BlockingIOError:
            continue


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
