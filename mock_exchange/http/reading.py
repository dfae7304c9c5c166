"""From bytes to requests: httptools parses, this module counts, so that nobody sends more than the limits allow.

The parser calls back for every part of a message. Three of the callbacks are methods of built-in containers, which
costs no Python call at all; sizes are looked at where a message was cut by the network, which is rare, or at its end.
"""

from collections.abc import Callable
from typing import Final

import httptools

from mock_exchange.http.familiar import FamiliarHeads
from mock_exchange.http.limits import Limits
from mock_exchange.http.request import Request

_SLICE_BYTES: Final = 512
"""A read larger than a whole head may be is parsed in slices, so that a head inside it can be measured."""
_FRAMING_MAX: Final = 8
"""How many bytes of chunked transfer one byte of a body may take: a chunk of one byte takes six."""


class Refused(Exception):
    """The client broke HTTP or a limit; ends the connection."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class RequestReader:
    """``on_head`` is told of a request when its head is complete, ``on_request`` when all of it is, with keep-alive.

    Both may raise Refused.
    """

    __slots__ = (
        "_body",
        "_counted_bytes",
        "_familiar",
        "_head_bytes",
        "_headers",
        "_in_head",
        "_limits",
        "_now_ns",
        "_number",
        "_on_head",
        "_on_request",
        "_parser",
        "_target",
        "begun_ns",
        "on_body",
        "on_header",
        "on_url",
        "request",
    )

    def __init__(
        self,
        limits: Limits,
        familiar: FamiliarHeads,
        on_head: Callable[[Request], None],
        on_request: Callable[[Request, bool], None],
    ) -> None:
        self._limits = limits
        self._familiar = familiar
        self._on_head = on_head
        self._on_request = on_request
        self.request = Request()
        self._target: list[bytes] = []
        self._body: list[bytes] = []
        self._number = 0
        """Of the message that was begun last, counted from 1."""
        self._in_head = False
        self._head_bytes = self._counted_bytes = 0
        self._now_ns = 0
        self.begun_ns = 0
        """When the first byte of an incomplete request came; 0 between requests."""
        self.on_url = self._target.append
        self._headers: dict[bytes, bytes] = {}
        """The parser's own: those of familiar heads are shared, and not to be changed."""
        self.on_header = self._headers.__setitem__
        self.on_body = self._body.append
        self._parser = httptools.HttpRequestParser(self)

    def feed(self, data: bytes, now_ns: int) -> None:
        """Raises Refused for what a client may not send, and whatever is a fault of ours as it is."""
        self._now_ns = now_ns
        if not self.begun_ns and self._is_familiar(data):
            self._on_head(self.request)
            self._on_request(self.request, True)
            return
        try:
            if len(data) <= self._limits.head_bytes:
                self._feed(data)
            else:
                for start in range(0, len(data), _SLICE_BYTES):
                    self._feed(data[start : start + _SLICE_BYTES])
        except httptools.HttpParserCallbackError as error:
            if error.__context__ is None:
                raise
            raise error.__context__ from None
        except httptools.HttpParserError as error:
            raise Refused(400, f"Malformed HTTP request: {error}.") from error

    def _is_familiar(self, data: bytes) -> bool:
        limits, request = self._limits, self.request
        return (
            len(data) <= limits.head_bytes
            and self._familiar.read(data, request)
            and len(request.path) + len(request.query) < limits.request_line_bytes
        )

    def _feed(self, data: bytes) -> None:
        number_before, was_open = self._number, self.begun_ns
        while True:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # No protocol but HTTP is spoken here, and what follows the wish is HTTP as before (RFC 9110, 7.8).
                data = data[upgrade.args[0] :]
            else:
                break
        if self.begun_ns and self._number == (number_before if was_open else number_before + 1):
            self._count(len(data))
        elif not was_open and self._number == number_before + 1 and self._parser.should_keep_alive():
            self._familiar.learn(data, self._headers, len(self.request.body))

    # The parser's callbacks

    def on_message_begin(self) -> None:
        self._number += 1
        self._in_head = True
        self._head_bytes = self._counted_bytes = 0
        self.begun_ns = self._now_ns
        self._headers.clear()
        self.request.headers = self._headers

    def on_headers_complete(self) -> None:
        self._in_head = False
        target = self._target[0] if len(self._target) == 1 else b"".join(self._target)
        self._target.clear()
        if len(target) > self._limits.request_line_bytes:
            raise Refused(414, f"The request target exceeds {self._limits.request_line_bytes} bytes.")
        request = self.request
        if self._head_bytes:
            self._check_head(len(target) + sum(map(len, request.headers)) + sum(map(len, request.headers.values())))
        request.method = method = self._parser.get_method()
        request.path, _, request.query = target.partition(b"?")
        request.line = method + b" " + request.path
        self._on_head(request)

    def on_message_complete(self) -> None:
        self.begun_ns = 0
        body = self._body
        request = self.request
        if len(body) == 1:
            request.body = body.pop()
        else:
            request.body = b"".join(body)
            body.clear()
        if len(request.body) > self._limits.body_bytes:
            raise self._body_too_long()
        self._on_request(request, self._parser.should_keep_alive())

    # Limits on what comes in pieces

    def _count(self, size: int) -> None:
        """A piece of input with nothing in it but a part of one message: of an endless head, body or trailer, maybe."""
        if self._in_head:
            self._head_bytes += size
            self._check_head(self._head_bytes)
        elif sum(map(len, self._body)) > self._limits.body_bytes:
            raise self._body_too_long()
        self._counted_bytes += size
        if self._counted_bytes > self._limits.head_bytes + _FRAMING_MAX * self._limits.body_bytes:
            raise Refused(413, "The request is too long.")

    def _check_head(self, size: int) -> None:
        if size > self._limits.head_bytes:
            raise Refused(431, f"The request head exceeds {self._limits.head_bytes} bytes.")

    def _body_too_long(self) -> Refused:
        return Refused(413, f"The request body exceeds {self._limits.body_bytes} bytes.")
