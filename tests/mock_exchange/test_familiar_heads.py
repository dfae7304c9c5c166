"""A head that was read before is read faster, and never otherwise: memory changes nothing that comes out."""

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.http.familiar import FamiliarHeads
from mock_exchange.http.limits import Limits
from mock_exchange.http.reading import Refused, RequestReader
from mock_exchange.http.request import Request

LIMITS = Limits(request_line_bytes=64, head_bytes=256, body_bytes=64)


class Read(NamedTuple):
    line: bytes
    method: bytes
    path: bytes
    query: bytes
    headers: dict[bytes, bytes]
    body: bytes
    keep_alive: bool


class Reading:
    """What one connection makes of the pieces that it is fed."""

    def __init__(self, familiar: FamiliarHeads) -> None:
        self.read: list[Read] = []
        self.refused = 0
        self._reader = RequestReader(LIMITS, familiar, lambda _: None, self._took)

    def feed(self, piece: bytes) -> None:
        """Nothing is read after a refusal or the last request, as on a connection."""
        if self.refused or (self.read and not self.read[-1].keep_alive):
            return
        try:
            self._reader.feed(piece, now_ns=1)
        except Refused as refused:
            self.refused = refused.status

    def _took(self, request: Request, keep_alive: bool) -> None:
        parts = (request.line, request.method, request.path, request.query, dict(request.headers), request.body)
        self.read.append(Read(*parts, keep_alive))


METHODS = st.sampled_from([b"GET", b"POST", b"PUT", b"DELETE", b"PATCH", b"get", b"HEAD", b"CONNECT", b""])
TARGETS = st.sampled_from(
    [b"/a", b"/a?b=c", b"/a?b=c&d", b"/?", b"a", b"*", b"/a b", b"/a\x01", b"/a#b", b"/\xff", b"/" + b"x" * 70]
)
VERSIONS = st.sampled_from([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b""])
HEADERS = st.sampled_from(
    [b"X-Key: k", b"x-key: K", b"Connection: close", b"Connection: keep-alive", b"Expect: 100-continue",
     b"Upgrade: h2c", b"Transfer-Encoding: chunked", b"Content-Length: 3", b"Content-Length: 0",
     b"No colon", b"Long: " + b"x" * 300]
)  # fmt: skip
BODIES = st.sampled_from([b"", b"abc", b"a=b", b"\r\n\r", b"\r\n\r\nabc", b"3\r\nabc\r\n0\r\n\r\n"])
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n"])


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Requests of few kinds, so that heads come again; many of them are wrong in some way."""
    end = draw(ENDS)
    line = b" ".join((draw(METHODS), draw(TARGETS), draw(VERSIONS)))
    headers = draw(st.lists(HEADERS, max_size=2))
    return end.join((line, *headers, b"", b"")) + draw(BODIES)


@st.composite
def good_messages(draw: st.DrawFn) -> bytes:
    body = draw(st.sampled_from([b"", b"a=b", b"abc"]))
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    target = draw(st.sampled_from([b"/a", b"/a?b=c", b"/b?"]))
    return b"POST %b HTTP/1.1\r\nX-Key: k\r\n%b\r\n%b" % (target, length, body)


@st.composite
def pieces(draw: st.DrawFn) -> list[bytes]:
    """Whole messages, and some that the network has cut or joined."""
    sent = draw(st.lists(st.one_of(good_messages(), good_messages(), messages()), max_size=8))
    if draw(st.booleans()):
        return sent
    whole = b"".join(sent)
    cuts = draw(st.lists(st.integers(0, len(whole)), max_size=4))
    return [whole[start:end] for start, end in pairwise([0, *sorted(cuts), len(whole)]) if start < end]


@given(pieces())
def test_what_is_read_does_not_depend_on_what_was_read_before(fed: list[bytes]) -> None:
    taught = FamiliarHeads()
    for piece in fed:
        Reading(taught).feed(piece)
    knowing, asking = Reading(taught), Reading(FamiliarHeads())
    for piece in fed:
        knowing.feed(piece)
        asking._reader._familiar = FamiliarHeads()
        asking.feed(piece)
    assert knowing.read == asking.read
    assert knowing.refused == asking.refused


@pytest.mark.parametrize("target", [b"/a", b"/a?b=c"])
def test_a_head_that_comes_again_is_not_parsed_again(target: bytes) -> None:
    familiar, request = FamiliarHeads(), Request()
    message = b"POST %b HTTP/1.1\r\nX-Key: k\r\nContent-Length: 3\r\n\r\nabc" % target
    assert not familiar.read(message, request)
    Reading(familiar).feed(message)
    assert familiar.read(message.replace(b"abc", b"def"), request)
    assert (request.line, request.body, request.headers[b"X-Key"]) == (b"POST /a", b"def", b"k")


def test_another_length_another_header_or_half_a_request_is_left_to_the_parser() -> None:
    familiar, request = FamiliarHeads(), Request()
    message = b"GET /a HTTP/1.1\r\nX-Key: k\r\n\r\n"
    Reading(familiar).feed(message)
    assert familiar.read(message, request)
    for other in (message + message, message[:-1], message.replace(b"k\r", b"l\r"), message.replace(b"1.1", b"1.0")):
        assert not familiar.read(other, request)


def test_heads_that_never_come_again_are_not_kept_for_ever() -> None:
    familiar = FamiliarHeads()
    for number in range(5000):
        Reading(familiar).feed(b"GET /a HTTP/1.1\r\nX-Key: %d\r\n\r\n" % number)
    assert len(familiar._blocks) <= 1024
