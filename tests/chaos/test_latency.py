"""The latency fault, through real sockets: there while it is in force, gone once it is healed."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.draws import Draws
from chaos.errors import CannotApply
from chaos.fault_client import FaultClient
from chaos.ground import Ground
from chaos.kinds.wire.latency import Latency
from chaos.selector import Selector
from slo.history import Operation
from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.upstreams import answer_http, read_exactly, response, upstream
from tests.chaos.waiting import until

DEPTH = "/api/v3/depth"
LONG_MS = 600_000
"""Longer than any test waits: what comes through was not held for it."""


@given(st.integers(), st.integers(min_value=0), st.floats(0, 1e6), st.floats(0, 1))
def test_a_delay_lies_within_the_jitter_around_the_mean(seed: int, n: int, latency_ms: float, share: float) -> None:
    fault = Latency(latency_ms, latency_ms * share)
    hold_ms = fault.held_ns(Draws(seed, "f", n)) / 1e6
    assert fault.latency_ms - fault.jitter_ms - 1e-6 <= hold_ms <= fault.latency_ms + fault.jitter_ms + 1e-6


def test_latency_is_there_while_applied_and_gone_when_healed(proxy: RunningProxy, venue: str) -> None:
    control = FaultClient(proxy.api)
    with Latency(latency_ms=300).applied(Ground(proxy=control), "slow", Selector()) as evidence:
        during = request(venue, DEPTH)
    after = request(venue, DEPTH)
    assert during.seconds >= 0.3 > after.seconds
    assert (during.faults, after.faults) == ("slow", None)
    assert (evidence.hits, evidence.lifted_by) == (1, None)


def test_it_is_healed_when_the_body_raises(proxy: RunningProxy) -> None:
    ground = Ground(proxy=FaultClient(proxy.api))
    with suppress(ZeroDivisionError), Latency(latency_ms=1).applied(ground, "raised", Selector()):
        raise ZeroDivisionError
    assert proxy.faults()["raised"]["lifted_by"] == "owner"


def test_without_a_proxy_it_cannot_be_applied() -> None:
    with pytest.raises(CannotApply, match="no fault proxy"), Latency(1).applied(Ground(), "a", Selector()):
        pass


def test_only_the_selected_operation_is_touched(proxy: RunningProxy, venue: str) -> None:
    proxy.apply("reads", latency_ms=1, on={"op": Operation.BOOK_READ})
    assert request(venue, DEPTH).faults == "reads"
    assert request(venue, "/api/v3/order", "POST").faults is None
    assert request(venue, "/somewhere/else").faults is None
    assert proxy.lift("reads")["hits"] == 1


def test_a_touched_response_differs_by_its_mark_only(proxy: RunningProxy) -> None:
    plain = b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\nabc"
    with raw_venue(plain) as address:
        listener = proxy.lead_to(address)
        proxy.apply("one", latency_ms=0)
        proxy.apply("two", latency_ms=1)
        marked = plain.replace(b"\r\n\r\n", b"\r\nX-Brownout-Fault: one, two\r\n\r\n")
        assert asked(listener, len(marked)) == marked
        proxy.lift("one")
        proxy.lift("two")
        assert asked(listener, len(plain)) == plain


def test_delays_of_two_faults_add_up(proxy: RunningProxy, venue: str) -> None:
    proxy.apply("one", latency_ms=200)
    proxy.apply("two", latency_ms=200)
    assert request(venue, DEPTH).seconds >= 0.4


def test_later_requests_of_a_connection_stay_behind_a_held_one(proxy: RunningProxy, venue: str) -> None:
    proxy.apply("hold", latency_ms=200, on={"op": Operation.BOOK_READ})
    requests = b"GET /api/v3/depth HTTP/1.1\r\n\r\nGET /first HTTP/1.1\r\n\r\nGET /second HTTP/1.1\r\n\r\n"
    wanted = (
        response(b"GET /api/v3/depth").replace(b"\r\n\r\n", b"\r\nX-Brownout-Fault: hold\r\n\r\n")
        + response(b"GET /first")
        + response(b"GET /second")
    )
    with socket.create_connection(pair(venue)) as client:
        client.sendall(requests)
        assert read_exactly(client, len(wanted)) == wanted


def test_other_connections_do_not_wait_for_a_held_request(proxy: RunningProxy, venue: str) -> None:
    proxy.apply("hold", latency_ms=LONG_MS, on={"op": Operation.BOOK_READ})
    with socket.create_connection(pair(venue)) as held:
        held.sendall(b"GET /api/v3/depth HTTP/1.1\r\n\r\n")
        until(lambda: proxy.faults()["hold"]["hits"] == 1, "the request is held")
        assert request(venue, "/api/v3/account").status == 200


def test_requests_that_are_held_are_released_when_the_fault_is_lifted(proxy: RunningProxy, venue: str) -> None:
    proxy.apply("hold", latency_ms=LONG_MS)
    with ThreadPoolExecutor() as pool:
        held = [pool.submit(request, venue, DEPTH) for _ in range(5)]
        until(lambda: proxy.faults()["hold"]["hits"] == 5, "all requests are held")
        assert proxy.lift("hold")["hits"] == 5
        assert [each.result().faults for each in held] == ["hold"] * 5


def test_lifting_one_fault_leaves_the_delay_of_another(proxy: RunningProxy, venue: str) -> None:
    proxy.apply("long", latency_ms=LONG_MS)
    proxy.apply("short", latency_ms=300)
    with ThreadPoolExecutor() as pool:
        held = pool.submit(request, venue, DEPTH)
        until(lambda: proxy.faults()["long"]["hits"] == 1, "the request is held")
        proxy.lift("long")
        assert held.result().seconds >= 0.3


def test_the_seed_decides_which_request_is_delayed_for_how_long(proxy: RunningProxy, venue: str) -> None:
    def delays(seed: int) -> list[float]:
        proxy.apply("jitter", latency_ms=50, jitter_ms=50, seed=seed)
        measured = [request(venue, DEPTH).seconds for _ in range(8)]
        assert proxy.lift("jitter")["hits"] == 8
        return measured

    asked = [Latency(50, 50).held_ns(Draws(7, "jitter", n)) / 1e9 for n in range(8)]
    for measured in (delays(7), delays(7)):  # a request never comes back sooner than its draw says
        assert all(took >= want for want, took in zip(asked, measured, strict=True))
    assert any(took < want for want, took in zip(asked, delays(8), strict=True))


def test_removal_answers_at_once_under_traffic_with_a_dead_upstream_and_a_stalled_reader(proxy: RunningProxy) -> None:
    with upstream(pour) as pouring, upstream(answer_http) as answering, dead_upstream() as dead:
        stalled = socket.create_connection(pair(proxy.lead_to(pouring.address)))
        hanging = socket.create_connection(pair(proxy.lead_to(dead)))
        stalled.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with stalled, hanging, traffic(proxy.lead_to(answering.address), hanging):
            for n in range(50):
                proxy.apply(f"f{n}", latency_ms=LONG_MS)
                until(partial(hits, proxy, f"f{n}"), "requests are held")
                assert proxy.lift(f"f{n}")["lifted_by"] == "owner"
        assert all(fault["lifted_by"] for fault in proxy.faults().values())


def hits(proxy: RunningProxy, fault_id: str) -> int:
    return int(proxy.faults()[fault_id]["hits"])


def pour(connection: socket.socket) -> None:
    """An upstream that answers more than its client ever reads."""
    connection.recv(1_000)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65_536)


@contextmanager
def dead_upstream() -> Iterator[str]:
    """Listens, and neither accepts nor reads."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def traffic(address: str, hanging: socket.socket) -> Iterator[None]:
    """Requests on new connections all the time, and on one whose upstream is dead until that is full."""
    over = threading.Event()
    hanging.setblocking(False)

    def ask() -> None:
        for _ in count():
            if over.is_set():
                return
            with suppress(BlockingIOError):
                hanging.send(b"GET / HTTP/1.1\r\n\r\n")
            assert request(address, DEPTH).status == 200

    with ThreadPoolExecutor() as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        try:
            yield
        finally:
            over.set()
        for each in asking:
            each.result()


@contextmanager
def raw_venue(answer: bytes) -> Iterator[str]:
    def serve(connection: socket.socket) -> None:
        while connection.recv(65_536):
            connection.sendall(answer)

    with upstream(serve) as running:
        yield running.address


def asked(listener: str, length: int) -> bytes:
    with socket.create_connection(pair(listener)) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        return read_exactly(client, length)


def pair(address: str) -> tuple[str, int]:
    host, port = address.split(":")
    return host, int(port)
