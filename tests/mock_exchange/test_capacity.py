"""Over real sockets, the exchange is the server that its service-time model describes."""

# ruff: noqa: S311 - reproducible on purpose

import random
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise

import pytest

from tests.mock_exchange.batch_means import mean_with_error
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.raw_socket import RawSocket, connected
from tests.mock_exchange.served import Json, Served, serving

READ = b"GET /api/v3/ticker/price?symbol=BTCUSDT HTTP/1.1\r\nHost: x\r\n\r\n"


def times_of_replies(client: RawSocket, *, count: int, waiting: int) -> list[float]:
    """When each reply came, in seconds, to a client that always has ``waiting`` requests unanswered."""
    client.send(READ * waiting)
    client.read_reply()
    times = [time.monotonic()]
    for _ in range(count):
        client.send(READ)
        assert client.read_reply()[0] == 200
        times.append(time.monotonic())
    return times


def test_one_client_and_constant_service_measure_one_over_s() -> None:
    # The client's own way there and back, and whatever the host does meanwhile, is on top of S: the shortest time of
    # many shows S itself. None is shorter than that.
    config = {"service_time": {"distribution": "constant", "mean": "100ms"}}
    with serving(config) as served, connected(served) as client:
        times = times_of_replies(client, count=30, waiting=1)
    assert min(after - before for before, after in pairwise(times)) == pytest.approx(0.1, rel=0.02)


def test_a_server_that_is_never_idle_serves_one_over_s_whatever_the_client_takes() -> None:
    config = {"service_time": {"distribution": "constant", "mean": "10ms"}}
    with serving(config) as served, connected(served) as client:
        times_of_replies(client, count=150, waiting=40)
        taken_ns = [record["taken_ns"] for record in served.admin_lines("/stages")]
    # On paper there is no jitter at all, but where the host stood still for longer than a service.
    between_ns = [after - before for before, after in pairwise(taken_ns)]
    assert min(between_ns) == statistics.median(between_ns) == 10_000_000


@pytest.mark.slow
def test_poisson_arrivals_at_eighty_percent_wait_as_m_m_1_says() -> None:
    mean_ms, utilisation, count = 5.0, 0.8, 5000
    config = {"seed": 11, "service_time": {"distribution": "exponential", "mean": "5ms"}, "queue": {"length": 100_000}}
    with serving(config) as served:
        _offer_poisson(served, utilisation / mean_ms * 1000, count)
        records = served.admin_lines("/stages")
    assert len(records) == count
    assert _share_as_lindley_says(records, mean_ms, seed=11) > 0.99
    waits_ms = [(record["taken_ns"] - record["queued_ns"]) / 1e6 for record in records]
    mean, error = mean_with_error(waits_ms, batches=20)
    # M/M/1: the mean wait in queue is rho / (1 - rho) service times.
    expected = mean_ms * utilisation / (1 - utilisation)
    # For 5000 arrivals at 80 % theory gives an error of 16 % (Whitt 1989, asymptotic variance of the M/M/1 wait); more
    # than twice as much would say that the arrivals were not those of the schedule.
    assert error < 0.35 * expected
    assert abs(mean - expected) < 3 * error


def _share_as_lindley_says(records: Sequence[Json], mean_ms: float, seed: int) -> float:
    """Share of requests that were taken at the very nanosecond of Lindley's recursion, given when they were queued.

    One that was not followed a stall of this host, in which the server did no work; it was never taken early.
    """
    rng = random.Random(f"{seed}/service time")
    exact, free_at_ns = 0, 0
    for record in records:
        due_ns = max(record["queued_ns"], free_at_ns)
        assert record["taken_ns"] >= due_ns
        exact += record["taken_ns"] == due_ns
        free_at_ns = record["taken_ns"] + round(rng.expovariate(1 / (mean_ms * 1e6)))
    return exact / len(records)


def _offer_poisson(served: Served, rate_per_s: float, count: int) -> None:
    """Arrivals on schedule over a few connections, whether or not replies have come."""
    rng = random.Random(12)
    with _read_and_forgotten(served, connections=64) as sockets:
        due = time.monotonic()
        for number in range(count):
            due += rng.expovariate(rate_per_s)
            time.sleep(max(0.0, due - time.monotonic()))
            sockets[number % len(sockets)].sendall(READ)
        eventually(lambda: served.metrics()["exchange_queue_length"] == 0, "an empty queue")


@contextmanager
def _read_and_forgotten(served: Served, connections: int) -> Iterator[list[socket.socket]]:
    """Connections whose replies another thread reads."""
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        sockets = [stack.enter_context(connected(served)).connection for _ in range(connections)]
        for each in sockets:
            selector.register(each, selectors.EVENT_READ)
        ended = threading.Event()

        def read() -> None:
            while not ended.is_set():
                for ready, _ in selector.select(timeout=0.1):
                    assert isinstance(ready.fileobj, socket.socket)
                    ready.fileobj.recv(65536)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            yield sockets
        finally:
            ended.set()
            reader.join()
