"""With no fault in force the proxy is a wire: same bytes, same order, same ends."""

import random
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaos.processes import status_of
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import read_all, read_exactly, upstream
from tests.chaos.waiting import until

GET = b"GET /api/v3/depth HTTP/1.1\r\nHost: venue\r\n\r\n"
CHUNK = b"x" * 65_536
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def connect(address: str) -> socket.socket:
    host, port = address.split(":")
    return socket.create_connection((host, int(port)), timeout=20)


@contextmanager
def linked(proxy: RunningProxy) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client's socket and the upstream's socket at the other end."""
    accepted: list[socket.socket] = []
    with upstream(accepted.append) as server, connect(proxy.lead_to(server.address)) as client:
        until(lambda: accepted, "the upstream was connected")
        accepted[0].settimeout(20)
        yield client, accepted[0]


def message(rng: random.Random, start: bytes, chunked: bool) -> bytes:
    body = rng.randbytes(rng.randrange(5_000))
    if chunked:
        half = rng.randrange(len(body) + 1)
        parts = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
        return start + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"
    return start + b"Content-Length: %d\r\n\r\n" % len(body) + body


def send_in_pieces(connection: socket.socket, stream: bytes, rng: random.Random) -> None:
    while stream:
        size = rng.randrange(1, 2_000)
        connection.sendall(stream[:size])
        stream = stream[size:]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rng=st.randoms(use_true_random=False), shapes=st.lists(st.booleans(), min_size=1, max_size=8))
def test_pipelined_messages_arrive_byte_for_byte_in_both_directions(
    proxy: RunningProxy, rng: random.Random, shapes: list[bool]
) -> None:
    there = b"".join(message(rng, b"POST /api/v3/order HTTP/1.1\r\nHost: a\r\n", chunked) for chunked in shapes)
    back = b"".join(message(rng, b"HTTP/1.1 200 OK\r\n", chunked) for chunked in shapes)
    with linked(proxy) as (client, server):
        send_in_pieces(client, there, rng)
        assert read_exactly(server, len(there)) == there
        send_in_pieces(server, back, rng)
        assert read_exactly(client, len(back)) == back


@pytest.mark.parametrize("stream", [b"PING\r\n", b"\x16\x03\x01\x00", b"\n" * 100, bytes(range(256)) * 1_000])
def test_another_protocol_passes_as_it_is(proxy: RunningProxy, stream: bytes) -> None:
    with linked(proxy) as (client, server):
        client.sendall(stream)
        assert read_exactly(server, len(stream)) == stream
        server.sendall(stream)
        assert read_exactly(client, len(stream)) == stream


def test_an_upstream_that_speaks_first_is_heard(proxy: RunningProxy) -> None:
    with linked(proxy) as (client, server):
        server.sendall(b"220 welcome\r\n")
        assert read_exactly(client, 13) == b"220 welcome\r\n"


def test_an_upgraded_connection_carries_frames_in_both_directions(proxy: RunningProxy) -> None:
    upgrade = b"GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    switched = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    with linked(proxy) as (client, server):
        client.sendall(upgrade)
        assert read_exactly(server, len(upgrade)) == upgrade
        server.sendall(switched + b"\x81\x05hello")
        assert read_exactly(client, len(switched) + 7) == switched + b"\x81\x05hello"
        client.sendall(b"GET \x81")
        assert read_exactly(server, 5) == b"GET \x81"


def test_after_an_upgrade_whatever_is_sent_is_echoed_byte_for_byte(proxy: RunningProxy) -> None:
    looks_like_http = b"POST /api/v3/order HTTP/1.1\r\nContent-Length: 3\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    frames = [b"\x81\x05hello", looks_like_http, bytes(range(256)) * 300, b"GET \x81", b"\n" * 100]
    with upstream(switch_and_echo) as server, connect(proxy.lead_to(server.address)) as client:
        client.sendall(b"GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
        assert read_exactly(client, len(SWITCHED)) == SWITCHED
        proxy.apply("hold", latency_ms=600_000)  # there are no requests in here that it could hold
        for frame in frames:
            client.sendall(frame)
            assert read_exactly(client, len(frame)) == frame
        assert proxy.lift("hold")["seen"] == 0
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b""


def switch_and_echo(connection: socket.socket) -> None:
    """Agrees to an upgrade and sends back whatever comes."""
    asked = b""
    while not asked.endswith(b"\r\n\r\n"):
        asked += connection.recv(65_536)
    connection.sendall(SWITCHED)
    while data := connection.recv(65_536):
        connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)


def test_the_end_of_one_direction_leaves_the_other_open(proxy: RunningProxy) -> None:
    with linked(proxy) as (client, server):
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody")
        client.shutdown(socket.SHUT_WR)
        assert read_all(server).endswith(b"body")
        server.sendall(CHUNK * 40)
        server.shutdown(socket.SHUT_WR)
        assert read_all(client) == CHUNK * 40


def test_the_upstreams_end_leaves_the_clients_direction_open(proxy: RunningProxy) -> None:
    with linked(proxy) as (client, server):
        server.sendall(b"bye")
        server.shutdown(socket.SHUT_WR)
        assert read_all(client) == b"bye"
        client.sendall(b"still here")
        client.shutdown(socket.SHUT_WR)
        assert read_all(server) == b"still here"


@pytest.mark.parametrize("resetter", ["client", "server"])
def test_a_reset_is_passed_on_as_a_reset(proxy: RunningProxy, resetter: str) -> None:
    with linked(proxy) as (client, server):
        client.sendall(b"x" * 10)
        read_exactly(server, 10)
        one, other = (client, server) if resetter == "client" else (server, client)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        one.close()
        with pytest.raises(ConnectionResetError):
            other.recv(1)


def test_a_stalled_reader_stalls_the_writer_and_loses_nothing(proxy: RunningProxy) -> None:
    with linked(proxy) as (client, server):
        before = resident_kib(proxy.pid)
        sent = send_until_stalled(server)
        assert resident_kib(proxy.pid) - before < 4_096  # the kernel's buffers hold the rest, and they are bounded
        server.shutdown(socket.SHUT_WR)
        assert len(read_all(client)) == sent


def test_requests_that_are_held_back_stall_the_writer_too(proxy: RunningProxy) -> None:
    with linked(proxy) as (client, server):
        proxy.apply("hold", latency_ms=600_000)
        request = b"POST / HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n"
        client.sendall(request)
        sent = len(request) + send_until_stalled(client)
        proxy.lift("hold")
        assert len(read_exactly(server, sent)) == sent


def test_a_fault_is_lifted_at_once_from_a_connection_whose_client_does_not_read(proxy: RunningProxy) -> None:
    with linked(proxy) as (client, server):
        client.sendall(GET)
        assert read_exactly(server, len(GET)) == GET
        start = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
        server.sendall(start)
        sent = send_until_stalled(server)
        proxy.apply("hold", latency_ms=600_000)
        client.sendall(GET)
        until(lambda: proxy.faults()["hold"]["hits"] == 1, "the second request is held")
        assert proxy.lift("hold")["lifted_by"] == "owner"
        assert read_exactly(server, len(GET)) == GET
        assert len(read_exactly(client, len(start) + sent)) == len(start) + sent


def send_until_stalled(connection: socket.socket, bytes_max: int = 200_000_000) -> int:
    """How many bytes went in before nothing did for half a second."""
    connection.settimeout(0.5)
    sent = 0
    try:
        while sent < bytes_max:
            sent += connection.send(CHUNK)
    except TimeoutError:
        return sent
    finally:
        connection.settimeout(20)
    raise AssertionError(f"the writer was never stalled in {sent} bytes")


def resident_kib(pid: int) -> int:
    assert status_of(pid) is not None
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:  # noqa: PTH123
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
