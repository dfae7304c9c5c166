"""Whatever a client sends, it gets one clean refusal and the exchange goes on."""

import contextlib
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.raw_socket import PING, connected
from tests.mock_exchange.served import Served, serving, signed

SMALL_LIMITS = {
    "request_line_bytes": 512,
    "head_bytes": 1024,
    "body_bytes": 1024,
    "connections": 8,
    "pipelined": 4,
}
SHORT_DEADLINES = {"request_deadline": "300ms", "idle_deadline": "700ms"}


@pytest.fixture(scope="module")
def strict() -> Iterator[Served]:
    """An exchange with limits that a test reaches quickly; slow enough that requests have to wait."""
    config = {"limits": SMALL_LIMITS, "service_time": {"distribution": "constant", "mean": "20ms"}}
    with serving(config) as served:
        yield served


@pytest.fixture(scope="module")
def hasty() -> Iterator[Served]:
    """An exchange that waits for nobody. What has to happen before its deadlines is for test_deadlines.py."""
    with serving({"limits": SMALL_LIMITS | SHORT_DEADLINES}) as served:
        yield served


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /api/v3/ping HTTP/1.1\r\nBroken header\r\n\r\n", 400),
        (b"POST /api/v3/order HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /api/v3/order HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST /api/v3/order HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /" + b"a" * 600 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 2000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 2000 + b"\r\n", 431),
        (b"POST /api/v3/order HTTP/1.1\r\nContent-Length: 2000\r\n\r\n" + b"a" * 2000, 413),
        (
            b"POST /api/v3/order HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"400\r\n"
            + b"a" * 1024
            + b"\r\n"
            + b"1\r\na\r\n",
            413,
        ),
        (b"HEAD /api/v3/ping HTTP/1.1\r\n\r\n", 405),
    ],
)
def test_malformed_and_oversized_input_is_refused_and_closed(strict: Served, data: bytes, status: int) -> None:
    with connected(strict) as client:
        client.send(data)
        assert client.read_reply()[0] == status
        assert client.is_closed()
    assert strict.get("/api/v3/ping").status == 200


def test_a_trailer_that_never_ends_is_refused(strict: Served) -> None:
    with connected(strict) as client:
        client.send(b"POST /api/v3/order HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ")
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                client.send(b"a" * 100)
        assert client.read_reply()[0] == 413


def test_a_head_that_never_ends_is_refused_even_in_small_pieces(strict: Served) -> None:
    with connected(strict) as client:
        client.send(b"GET /api/v3/ping HTTP/1.1\r\nX: ")
        for _ in range(40):
            try:
                client.send(b"a" * 50)
            except ConnectionError:
                break
        assert client.read_reply()[0] == 431


@pytest.mark.parametrize(
    "start", [b"G", b"GET /api/v3/ping HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na"]
)
def test_a_request_that_does_not_arrive_in_time_is_told_so(hasty: Served, start: bytes) -> None:
    with connected(hasty) as client:
        client.send(start)
        assert client.read_reply()[0] == 408
        assert client.is_closed()


def test_a_connection_without_requests_is_closed_in_silence(hasty: Served) -> None:
    with connected(hasty) as client:
        assert client.is_closed()


def test_empty_lines_do_not_keep_a_connection_open(hasty: Served) -> None:
    with connected(hasty) as client:
        client.connection.settimeout(0.1)
        for _ in range(200):
            client.send(b"\r\n")
            try:
                assert client.is_closed()
            except TimeoutError:
                continue  # still open: one more line
            except ConnectionError:
                pass  # closed while a line was on its way
            return
        pytest.fail("twenty seconds of empty lines kept a connection open for idle clients")


def test_a_wish_to_change_the_protocol_is_answered_in_http(strict: Served) -> None:
    with connected(strict) as client:
        client.send(b"GET /api/v3/ping HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + PING)
        assert [client.read_reply() for _ in range(2)] == [(200, b"{}")] * 2
        client.send(b"GET /api/v3/ping HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n" * 3)
        assert [client.read_reply()[0] for _ in range(3)] == [200] * 3
        client.send(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n")
        assert client.read_reply()[0] == 404


def test_pipelined_replies_come_in_order_up_to_the_limit(strict: Served) -> None:
    book = b"GET /api/v3/depth?symbol=BTCUSDT&limit=1 HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(strict) as client:
        client.send(book + PING + book + PING)
        replies = [client.read_reply() for _ in range(4)]
        assert [status for status, _ in replies] == [200] * 4
        assert [b"lastUpdateId" in body for _, body in replies] == [True, False, True, False]
    with connected(strict) as client:
        client.send(book * 5)
        assert [client.read_reply()[0] for _ in range(5)] == [200, 200, 200, 200, 429]
        assert client.is_closed()


def test_one_connection_too_many_is_told_so(strict: Served) -> None:
    eventually(lambda: strict.metrics()["exchange_connections"] == 0, "the end of other tests' connections")
    sockets = [socket.create_connection(("127.0.0.1", strict.port()), timeout=20) for _ in range(8)]
    try:
        with connected(strict) as client:
            status, body = client.read_reply()
            assert (status, b'"code":-1034' in body) == (503, True)
            assert client.is_closed()
    finally:
        for each in sockets:
            each.close()


def test_a_client_that_leaves_before_its_reply_hurts_nobody(strict: Served) -> None:
    body = signed(
        {
            "symbol": "BTCUSDT",
            "side": "BUY",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": "0.001",
            "price": "99999",
            "newClientOrderId": "left-early",
        }
    )
    request = f"POST /api/v3/order HTTP/1.1\r\nX-MBX-APIKEY: test-key\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    with connected(strict) as client:
        client.send(request.encode())
    # The order was sent, so it is done, and only the truth knows it: that is what an unknown outcome is.
    eventually(
        lambda: any(order["clientOrderId"] == "left-early" for order in strict.admin_lines("/truth")),
        "the order's execution",
    )


def test_a_client_may_end_its_side_and_still_gets_its_reply(strict: Served) -> None:
    with connected(strict) as client:
        client.send(b"GET /api/v3/depth?symbol=BTCUSDT&limit=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        client.connection.shutdown(socket.SHUT_WR)
        assert client.read_reply()[0] == 200
        assert client.is_closed()


def test_connection_close_and_http_1_0_end_after_the_reply(strict: Served) -> None:
    for request in (b"GET /api/v3/ping HTTP/1.1\r\nConnection: close\r\n\r\n", b"GET /api/v3/ping HTTP/1.0\r\n\r\n"):
        with connected(strict) as client:
            client.send(request)
            assert client.read_reply() == (200, b"{}")
            assert client.is_closed()


def test_a_body_is_asked_for_where_the_client_waits_for_it(strict: Served) -> None:
    with connected(strict) as client:
        client.send(b"POST /api/v3/order HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        assert client.connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.send(b"a")
        assert client.read_reply()[0] == 401


def test_chunked_bodies_are_read(exchange: Served) -> None:
    body = signed({"symbol": "BTCUSDT"}).encode()
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:])) + b"0\r\n\r\n"
    with connected(exchange) as client:
        client.send(
            b"DELETE /api/v3/openOrders HTTP/1.1\r\nX-MBX-APIKEY: poor-key\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunks
        )
        # The poor account's signature is another one: the body was read, and weighed.
        status, reply = client.read_reply()
        assert (status, b"-1022" in reply) == (400, True)


garbage = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                *(b"GET ", b"POST ", b"/api/v3/order", b"?", b"symbol=BTCUSDT&", b" HTTP/1.1", b"\r\n", b"\r\n\r\n"),
                *(b"Content-Length: 5", b"Transfer-Encoding: chunked", b"X-MBX-APIKEY: test-key"),
                *(b"Connection: Upgrade", b"Upgrade: x", b"Expect: 100-continue", b"\0", b"%", b"0\r\n"),
            ]
        ),
        max_size=20,
    ).map(b"".join),
)


@settings(max_examples=150)
@given(data=garbage, cut=st.integers(0, 200))
def test_no_bytes_take_the_exchange_down(exchange: Served, data: bytes, cut: int) -> None:
    with connected(exchange) as client:
        try:
            client.send(data[:cut])
            client.send(data[cut:])
            client.connection.shutdown(socket.SHUT_WR)
            while client.connection.recv(65536):
                pass
        except ConnectionError:
            pass  # an early refusal may reset what was sent after it
    assert exchange.get("/api/v3/ping").status == 200
    failed = [value for name, value in exchange.metrics().items() if 'outcome="failed"' in name]
    assert sum(failed) == 0
