"""What the server does with connections, whatever is said on them."""

import json
import logging
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mock_exchange.limits.refusals import RateLimited
from mock_exchange.limits.settings import BanSettings, RateLimit, RateLimits
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.overheard import overheard
from tests.mock_exchange.websocket.echo_server import Running, burst_messages, echoing
from tests.mock_exchange.websocket_client import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    WebSocket,
    frame_bytes,
    handshake,
    some_payload,
    websocket,
)

CONTINUATION = 0


@contextmanager
def unopened(running: Running) -> Iterator[WebSocket]:
    """A connection on which nothing has been said yet."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        yield WebSocket(connection)


def test_a_message_arrives_whole_and_the_answer_comes_back() -> None:
    with echoing() as running, websocket(running.port, "/ws") as client:
        for size in (0, 1, 125, 126, 65_535, 65_536):
            message = some_payload(size)
            client.send_frame(TEXT, message)
            assert client.read_text() == message


def ask_for_burst(client: WebSocket, sizes: list[int]) -> list[bytes]:
    """The messages that have to come."""
    client.send_frame(TEXT, b"burst " + b",".join(b"%d" % size for size in sizes))
    return burst_messages(sizes)


@pytest.mark.parametrize(
    "sizes",
    [
        [11_000, 11_000, 60, 300],
        [8193, 8192, 8193, 125, 8193, 126],
        [65_535, 65_536, 1, 70_000, 0, 20_000],
        [9000 + more for more in range(20)],
    ],
    ids=str,
)
def test_messages_of_one_turn_of_the_event_loop_arrive_whole(sizes: list[int]) -> None:
    with echoing() as running, websocket(running.port, "/ws") as client:
        for _ in range(3):
            for message in ask_for_burst(client, sizes):
                assert client.read_text() == message


def test_messages_that_wait_for_a_slow_reader_arrive_whole() -> None:
    noise = random.Random(8192)  # noqa: S311 - reproducible
    sizes = [noise.choice((1, 125, 126, 300, 8192, 8193, 12_000, 66_000)) for _ in range(100)]
    with (
        echoing({"send_buffer_bytes": sum(sizes) * 2, "socket_buffer_bytes": 4096}) as running,
        websocket(running.port, "/ws", receive_bytes=4096) as slow,
        websocket(running.port, "/ws") as other,
    ):
        messages = [*ask_for_burst(slow, sizes[:50]), *ask_for_burst(slow, sizes[50:])]
        other.send_frame(TEXT, b"by now all of them wait")
        assert other.read_text() == b"by now all of them wait"
        for message in messages:
            assert slow.read_text() == message
        assert not running.server.cut_slow


def test_fragments_make_one_message_and_a_ping_may_come_between_them() -> None:
    with echoing() as running, websocket(running.port, "/ws") as client:
        client.send_bytes(frame_bytes(TEXT, b"one ", final=False))
        client.send_frame(PING, b"still there?")
        client.send_bytes(frame_bytes(CONTINUATION, b"two ", final=False) + frame_bytes(CONTINUATION, b"three"))
        assert client.read_frame() == (PONG, b"still there?")
        assert client.read_text() == b"one two three"


def test_the_endpoint_is_told_path_query_and_headers() -> None:
    with echoing() as running, websocket(running.port, "//ws//a%20b?streams=x%40y/z&timeUnit=MICROSECOND"):
        (target,) = running.endpoint.targets
        assert (target.path, target.query) == ("/ws/a b", {"streams": "x@y/z", "timeUnit": "MICROSECOND"})
        assert target.headers["host"] == "x"


def test_a_list_in_the_connection_header_is_understood() -> None:
    request = handshake("/ws").replace(b"Connection: Upgrade", b"Connection: keep-alive, Upgrade")
    with echoing() as running, unopened(running) as client:
        client.send_bytes(request)
        assert client.read_head()[0] == 101


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (handshake("/elsewhere"), 404),
        (handshake("/ws/nothing"), 404),
        (handshake("/wsx"), 404),
        (handshake("/ws?" + "&".join(f"a{i}=1" for i in range(17))), 400),
        (b"GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (handshake("/ws").replace(b"Version: 13", b"Version: 1"), 400),
        (handshake("/ws").replace(b"AAAAAAAAAAAAAAAAAAAAAA==", b"short"), 400),
        (b"POST /ws HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"\x00\xff" * 200 + b"\r\n\r\n", 400),
        (handshake("/ws", "X-Filler: " + "x" * 8192 + "\r\n"), 431),
        (b"y" * 9000, 431),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_handshake_is_refused_with_a_status_and_a_close(request_bytes: bytes, status: int) -> None:
    with echoing() as running, unopened(running) as client:
        client.send_bytes(request_bytes)
        assert client.read_head()[0] == status
        assert client.is_dropped()
        eventually(lambda: not running.endpoint.sessions, "the end of what was opened too early")


def test_a_handshake_that_does_not_end_is_ended() -> None:
    with echoing({"handshake_deadline": "100ms"}) as running, unopened(running) as client:
        client.send_bytes(b"GET /ws HTTP/1.1\r\n")
        assert client.read_head()[0] == 408
        assert client.is_dropped()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame_bytes(TEXT, b"x", masked=False), 1002),
        (frame_bytes(TEXT, b"x", rsv=4), 1002),
        (frame_bytes(3, b"x"), 1002),
        (frame_bytes(PING, b"x", final=False), 1002),
        (frame_bytes(PING, b"x" * 126), 1002),
        (frame_bytes(CONTINUATION, b"x"), 1002),
        (frame_bytes(TEXT, b"x", final=False) + frame_bytes(TEXT, b"y"), 1002),
        (frame_bytes(CLOSE, b"\x03"), 1002),
        (frame_bytes(CLOSE, b"\x03\xed"), 1002),
        (frame_bytes(BINARY, b"x"), 1003),
        (frame_bytes(TEXT, b"\xff\xfe"), 1007),
        (frame_bytes(TEXT, b"x" * 70_000), 1009),
        (b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009),
        (frame_bytes(TEXT, b"x" * 40_000, final=False) + frame_bytes(CONTINUATION, b"x" * 40_000), 1009),
        (b"\xde\xad\xbe\xef" * 64, 1002),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_breaks_the_protocol_closes_the_connection_with_the_code_for_it(sent: bytes, code: int) -> None:
    with echoing() as running, websocket(running.port, "/ws") as client:
        client.send_bytes(sent)
        assert client.read_close() == code
        assert client.is_dropped()


def test_garbage_without_end_is_not_read_to_the_end() -> None:
    with echoing({"close_deadline": "100ms"}) as running, websocket(running.port, "/ws") as client:
        with pytest.raises(ConnectionError):
            _send_without_end(client, b"\xff" * 65_536)
        eventually(lambda: running.server.connection_count == 0, "the end of the connection")


def _send_without_end(client: WebSocket, data: bytes) -> None:
    while True:
        client.send_bytes(data)


def test_a_close_is_answered_with_its_own_code() -> None:
    with echoing() as running, websocket(running.port, "/ws") as client:
        client.send_frame(CLOSE, b"\x03\xe9bye")
        assert client.read_frame().close_code == 1001
        assert client.is_dropped()


def test_a_close_that_the_client_does_not_answer_ends_all_the_same() -> None:
    with echoing({"close_deadline": "100ms"}) as running, websocket(running.port, "/ws") as client:
        client.send_frame(BINARY, b"x")
        assert client.is_dropped()


def test_whoever_says_more_than_the_limit_in_a_second_is_cut() -> None:
    with echoing(per_second=5) as running, websocket(running.port, "/ws") as client:
        for _ in range(4):
            client.send_frame(TEXT, b"x")
        client.send_frame(PONG)
        client.send_frame(PING)
        assert client.read_close() == 1008


def test_a_client_that_answers_pings_stays_and_one_that_does_not_is_cut() -> None:
    limits = {"ping_interval": "200ms", "pong_deadline": "1500ms"}
    with echoing(limits) as running, websocket(running.port, "/ws") as live, websocket(running.port, "/ws") as dead:
        pings = 0
        dead.answers_pings = False
        while pings < 10:
            pings += live.read_frame().opcode == PING
        assert dead.read_close() == 1008
        live.send_frame(TEXT, b"still here")
        assert live.read_text() == b"still here"


def test_an_empty_pong_answers_a_ping_and_a_strange_one_does_not() -> None:
    limits = {"ping_interval": "200ms", "pong_deadline": "1500ms"}
    with echoing(limits) as running, websocket(running.port, "/ws") as empty, websocket(running.port, "/ws") as strange:
        empty.answers_pings = strange.answers_pings = False
        pings = 0
        while pings < 10:
            if empty.read_frame().opcode == PING:
                pings += 1
                empty.send_frame(PONG)
                strange.send_frame(PONG, b"not what was asked")
        assert strange.read_close() == 1008
        empty.send_frame(TEXT, b"still here")
        while (frame := empty.read_frame()).opcode == PING:
            pass
        assert frame == (TEXT, b"still here")


def test_an_old_connection_is_told_and_then_closed() -> None:
    with (
        echoing({"lifetime": "900ms", "shutdown_notice": "600ms"}) as running,
        websocket(running.port, "/ws") as client,
    ):
        assert client.read_text() == b"serverShutdown"
        assert client.read_close() == 1001


def test_a_drain_tells_everyone_and_closes() -> None:
    with echoing() as running, websocket(running.port, "/ws") as client:
        running.drain()
        assert client.read_text() == b"serverShutdown"
        assert client.read_close() == 1001
        eventually(lambda: running.server.connection_count == 0, "the end of the connection")


def test_a_client_that_does_not_read_is_cut_and_others_get_everything() -> None:
    limits = {"send_buffer_bytes": 65_536, "socket_buffer_bytes": 4096}
    with (
        echoing(limits) as running,
        websocket(running.port, "/ws") as teller,
        websocket(running.port, "/ws") as fast,
        websocket(running.port, "/ws", receive_bytes=4096) as slow,
    ):
        told = 0
        while not running.server.cut_slow:
            teller.send_frame(TEXT, b"tell " + b"%08d" % told + some_payload(4000))
            assert int(fast.read_text()[:8]) == told
            told += 1
        assert told > 10
        seen = 0
        while (frame := slow.read_frame()).opcode == TEXT:
            assert int(frame.payload[:8]) == seen
            seen += 1
        assert frame.close_code == 1008
        assert seen <= told


def test_a_client_that_never_reads_again_is_dropped() -> None:
    limits = {"send_buffer_bytes": 65_536, "socket_buffer_bytes": 4096, "close_deadline": "100ms"}
    with echoing(limits) as running, websocket(running.port, "/ws", receive_bytes=4096) as slow:
        slow.send_frame(TEXT, b"flood 10000000")
        eventually(lambda: running.server.connection_count == 0, "the end of the connection")
        assert running.server.cut_slow == 1


def test_a_fault_of_ours_closes_one_connection() -> None:
    log = logging.getLogger("mock_exchange.websocket.connection")
    with (
        overheard(log) as said,
        echoing() as running,
        websocket(running.port, "/ws") as client,
        websocket(running.port, "/ws") as other,
    ):
        client.send_frame(TEXT, b"fail")
        assert client.read_close() == 1011
        other.send_frame(TEXT, b"fine")
        assert other.read_text() == b"fine"
        assert said == ["a message could not be handled"]


def test_one_connection_too_many_is_told_so() -> None:
    with (
        echoing({"connections": 1}) as running,
        websocket(running.port, "/ws") as client,
        unopened(running) as surplus,
    ):
        status, body = surplus.read_head()
        assert (status, json.loads(body)["code"]) == (503, -1034)
        assert surplus.is_dropped()
        client.send_frame(TEXT, b"fine")
        assert client.read_text() == b"fine"


def test_an_address_that_connects_too_often_has_to_wait() -> None:
    rates = RateLimits(connections=RateLimit(limit=2, window="10000h"))
    with echoing(rates=rates) as running:
        for _ in range(2):
            with websocket(running.port, "/ws"):
                pass
        with unopened(running) as client:
            client.send_bytes(handshake("/ws"))
            status, body = client.read_head()
            assert (status, json.loads(body)["code"]) == (429, -1034)


def test_a_banned_address_loses_its_connections() -> None:
    rates = RateLimits(request_weight=RateLimit(limit=1, window="10000h"), ban=BanSettings(after=1))
    with echoing(rates=rates) as running, websocket(running.port, "/ws") as client:
        with pytest.raises(RateLimited, match="Too much"):
            running.charge(2)
        with pytest.raises(RateLimited, match="banned"):
            running.charge(2)
        assert client.is_dropped()
