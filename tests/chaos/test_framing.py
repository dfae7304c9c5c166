"""Where messages begin and end; and that nothing is changed in finding out."""

from collections import deque
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.proxy.framing import HEAD_BYTES_MAX, Piece, RequestScanner, ResponseScanner, Scanner
from chaos.proxy.turns import Awaited

sizes = st.integers(0, 3_000)
bodies = sizes.map(lambda size: (b"\r\n\r\nGET / HTTP/1.1\r\n" * (size // 18 + 1))[:size])
"""Bodies that look like heads, for those who would look into them."""


def chunked(body: bytes, size: int) -> bytes:
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%X;ext=1\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nTrailer: x\r\n\r\n"


def with_length(start: bytes, body: bytes) -> bytes:
    return b"%b\r\nHost: venue\r\ncontent-LENGTH: %d\r\n\r\n%b" % (start, len(body), body)


def with_chunks(start: bytes, body: bytes, size: int) -> bytes:
    return b"%b\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n%b" % (start, chunked(body, size))


requests = st.one_of(
    st.builds(with_length, st.just(b"POST /api/v3/order HTTP/1.1"), bodies),
    st.builds(with_chunks, st.just(b"POST /api/v3/order HTTP/1.1"), bodies, st.integers(1, 500)),
    st.sampled_from([b"GET / HTTP/1.1\r\n\r\n", b"DELETE /api/v3/order?symbol=A HTTP/1.0\r\nX-MBX-APIKEY: k\r\n\r\n"]),
)
responses = st.one_of(
    st.builds(with_length, st.just(b"HTTP/1.1 200 OK"), bodies),
    st.builds(with_chunks, st.just(b"HTTP/1.1 503 Unavailable"), bodies, st.integers(1, 500)),
    st.sampled_from(
        [
            b"HTTP/1.1 204 No Content\r\n\r\n",
            b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx",
        ]
    ),
)


def cut(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(each % (len(stream) + 1) for each in cuts), len(stream)]
    return [stream[start:stop] for start, stop in pairwise(places)]


def fed(scanner: Scanner, chunks: list[bytes]) -> list[Piece]:
    return [piece for chunk in chunks for piece in scanner.feed(chunk)]


def awaiting(count: int, method: bytes = b"GET") -> ResponseScanner:
    return ResponseScanner(deque([Awaited(method + b" / HTTP/1.1\r\n")] * count))


@given(st.lists(requests, max_size=5), st.lists(st.integers(min_value=0), max_size=12))
def test_requests_are_found_however_the_stream_is_cut(messages: list[bytes], cuts: list[int]) -> None:
    scanner = RequestScanner()
    pieces = fed(scanner, cut(b"".join(messages), cuts))
    assert b"".join(piece.data for piece in pieces) == b"".join(messages)
    assert sum(piece.head_length > 0 for piece in pieces) == len(messages)
    assert not scanner.opaque


@given(st.lists(responses, max_size=5), st.lists(st.integers(min_value=0), max_size=12))
def test_responses_are_found_however_the_stream_is_cut(messages: list[bytes], cuts: list[int]) -> None:
    scanner = awaiting(len(messages))
    pieces = fed(scanner, cut(b"".join(messages), cuts))
    assert b"".join(piece.data for piece in pieces) == b"".join(messages)
    assert sum(piece.answers is not None for piece in pieces) == len(messages)
    assert not scanner.opaque


@given(st.binary(max_size=500), st.lists(st.integers(min_value=0), max_size=12))
def test_no_byte_of_any_stream_is_lost_or_changed(stream: bytes, cuts: list[int]) -> None:
    for scanner in (RequestScanner(), awaiting(3)):
        pieces = fed(scanner, cut(stream, cuts))
        assert b"".join(piece.data for piece in pieces) + scanner.become_opaque() == stream


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_byte_is_lost_where_a_good_head_is_followed_by_anything(body: bytes, after: bytes) -> None:
    stream = with_length(b"POST / HTTP/1.1", body) + after
    scanner = RequestScanner()
    assert b"".join(piece.data for piece in scanner.feed(stream)) + scanner.become_opaque() == stream


@pytest.mark.parametrize(
    "stream",
    [
        b"\x16\x03\x01\x02\x00\x01",  # a TLS handshake
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"PING\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES_MAX,
    ],
)
def test_what_cannot_be_told_apart_is_passed_on_as_bytes_and_not_waited_for(stream: bytes) -> None:
    scanner = RequestScanner()
    assert b"".join(piece.data for piece in scanner.feed(stream)) == stream
    assert scanner.opaque


def test_the_response_to_a_head_request_has_no_body() -> None:
    stream = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    assert [piece.answers is None for piece in awaiting(2, b"HEAD").feed(stream * 2)] == [False, False]


def test_a_response_without_a_length_lasts_until_the_connection_ends() -> None:
    scanner = awaiting(2)
    scanner.feed(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert scanner.opaque


def test_an_upgraded_connection_is_no_http_any_more() -> None:
    scanner = awaiting(1)
    scanner.feed(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello")
    assert scanner.upgraded


def test_an_answer_that_nobody_asked_for_belongs_to_no_request() -> None:
    (piece,) = awaiting(0).feed(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
    assert piece.answers is None
