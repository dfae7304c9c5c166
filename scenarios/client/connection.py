"""One keep-alive connection to the venue: gevent's socket and httptools' parser, one request at a time."""

import select
import socket as names
from collections.abc import Callable
from typing import Protocol

import httptools
from gevent import monkey, socket

from scenarios.client.classify import Reply
from scenarios.client.failures import CallFailed
from scenarios.client.limits import TimeLimits

RECEIVE_BYTES = 65_536
FAULT_HEADER = b"x-brownout-fault"

_poll = monkey.get_original("select", "poll") if hasattr(select, "poll") else None
"""The system's own poll, which never waits here; gevent's would."""
_received = bytearray(RECEIVE_BYTES)
"""Shared by all connections: between filling it and parsing it no other greenlet runs."""
_received_view = memoryview(_received)


class Sending(Protocol):
    """Whoever wants to know when the first byte was written; negative until then."""

    sent_ns: int


class Connection:
    """Connects when it is first used. After a failure it is of no more use; ``reusable`` says so."""

    __slots__ = (
        "_address", "_body", "_clock", "_complete", "_fault", "_keep_alive", "_limits", "_parser", "_poller", "_socket"
    )  # fmt: skip

    def __init__(self, address: tuple[str, int], clock: Callable[[], int], limits: TimeLimits) -> None:
        self._address = address
        self._clock = clock
        self._limits = limits
        self._socket: socket.socket | None = None
        self._poller = None if _poll is None else _poll()
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._fault = ""
        self._complete = False
        self._keep_alive = True

    @property
    def reusable(self) -> bool:
        return self._keep_alive and self._socket is not None

    def call(self, request: Callable[[], bytes], sending: Sending) -> Reply:
        """Send what ``request`` makes, once it can be sent, and wait for the reply; all within the time limit.

        Raises CallFailed.
        """
        limit = self._limits.begin()
        try:
            connected = self._connected()
            self._send(connected, request(), sending)
            return self._receive(connected)
        except CallFailed:
            self.close()
            raise
        except (OSError, httptools.HttpParserError) as error:
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
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is not None and not self._peer_has_spoken():
            return self._socket
        if self._socket is not None:  # closed by the venue while idle: nothing was sent on it, so begin anew
            self._socket.close()
            self._parser = httptools.HttpResponseParser(self)
        self._socket = socket.create_connection(self._address, timeout=None)
        self._socket.setsockopt(names.IPPROTO_TCP, names.TCP_NODELAY, 1)
        if _poll is not None:
            self._poller = _poll()
            self._poller.register(self._socket.fileno(), select.POLLIN)
        return self._socket

    def _peer_has_spoken(self) -> bool:
        """Bytes or an end of file before any request: either way the connection is over."""
        return self._poller is not None and bool(self._poller.poll(0))

    def _send(self, connected: socket.socket, request: bytes, sending: Sending) -> None:
        now_ns = self._clock()
        written = connected.send(request)
        sending.sent_ns = now_ns
        if written < len(request):
            connected.sendall(request[written:])

    def _receive(self, connected: socket.socket) -> Reply:
        self._body, self._fault, self._complete = b"", "", False
        while not self._complete:
            received = connected.recv_into(_received)
            if not received:
                raise CallFailed("the venue closed the connection before its reply was complete", sent=True)
            self._parser.feed_data(_received_view[:received])
        reply = Reply(self._parser.get_status_code(), self._body, self._fault)
        if not self._keep_alive:
            self.close()
        return reply

    # Called by the parser.

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == len(FAULT_HEADER) and name.lower() == FAULT_HEADER:
            self._fault = value.decode("ascii", "replace")

    def on_body(self, part: bytes) -> None:
        self._body = self._body + part if self._body else part

    def on_message_complete(self) -> None:
        self._complete = True
        self._keep_alive = self._parser.should_keep_alive()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
