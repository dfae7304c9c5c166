"""Chunk latency: bytes are late on whatever connection, and in their order."""

import time

import pytest

from chaos.draws import Draws
from chaos.kinds.stream import Chunk, Portion
from chaos.kinds.wire.chunk_latency import ChunkLatency
from tests.chaos.raw_streams import echoing, silent, until_hit
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import read_exactly
from tests.chaos.wire_faults import Client, fault, remembering_venue


@pytest.mark.parametrize("direction", ["upstream", "downstream"])
def test_bytes_are_late_on_a_connection_that_is_no_http(proxy: RunningProxy, direction: str) -> None:
    with echoing(proxy) as connection, fault(proxy, "chunk_latency", latency_ms=200, direction=direction) as evidence:
        for _ in range(2):
            began = time.monotonic()
            connection.sendall(b"late")
            assert read_exactly(connection, 4) == b"late"
            assert time.monotonic() - began >= 0.2
    assert evidence.hits == 1  # the connection


@pytest.mark.parametrize("direction", ["upstream", "downstream"])
def test_what_is_held_comes_at_once_when_it_is_lifted(proxy: RunningProxy, direction: str) -> None:
    with echoing(proxy) as connection:
        with fault(proxy, "chunk_latency", latency_ms=600_000, direction=direction):
            connection.sendall(b"held ")
            connection.sendall(b"back")
            assert silent(connection)
        assert read_exactly(connection, 9) == b"held back"


def test_only_the_replies_to_what_is_selected_are_late(proxy: RunningProxy) -> None:
    with (
        remembering_venue(proxy) as venue,
        Client(venue) as client,
        fault(proxy, "chunk_latency", latency_ms=200, on={"op": "order.place"}) as evidence,
    ):
        assert client.get()[2] is None
        began = time.monotonic()
        assert client.place("late")[2] == "f"
        assert time.monotonic() - began >= 0.2
        assert client.get()[2] is None
    assert evidence.hits == 1


def test_a_request_that_is_held_reaches_the_venue_when_the_fault_is_lifted(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue:
        client = Client(venue)
        with fault(proxy, "chunk_latency", latency_ms=600_000, direction="upstream"):
            client._connection.request("GET", "/api/v3/depth")
            until_hit(proxy)
            assert venue.asked == []
        assert client._connection.getresponse().status == 200
        client.close()


def test_jitter_spreads_delays_around_their_mean_and_never_below_zero() -> None:
    effect = ChunkLatency(latency_ms=10, jitter_ms=20).shaping.effect()
    steps = [step for n in range(1_000) for step in effect.shaped(Chunk(b"x", 0, Draws(1, "f", n)))]
    late_ms = [step.due_ns / 1e6 for step in steps if isinstance(step, Portion)]
    assert len(late_ms) == 1_000
    assert (min(late_ms), max(late_ms) <= 30) == (0, True)
    assert sum(late > 10 for late in late_ms) == pytest.approx(500, abs=80)
