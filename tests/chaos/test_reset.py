"""Reset: a connection that is open is reset, whether or not anything is said on it."""

import socket
import threading

import pytest

from tests.chaos.raw_streams import connect, echo, echoing, led_to, until_hit
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import answer_http, read_exactly
from tests.chaos.wire_faults import Client, fault, lost, remembering_venue


@pytest.mark.parametrize("direction", ["upstream", "downstream"])
def test_an_idle_connection_is_reset_on_both_sides(proxy: RunningProxy, direction: str) -> None:
    was_reset = threading.Event()

    def notice(connection: socket.socket) -> None:
        try:
            echo(connection)
        except ConnectionResetError:
            was_reset.set()

    with led_to(proxy, notice) as address, connect(address) as connection:
        connection.sendall(b"\x00hello")
        assert connection.recv(100)
        with fault(proxy, "reset", direction=direction) as evidence, pytest.raises(ConnectionResetError):
            connection.recv(1)
        assert was_reset.wait(20)
    assert evidence.hits == 1


def test_an_idle_connection_of_http_is_reset_too_and_the_next_one_is_not(proxy: RunningProxy) -> None:
    with led_to(proxy, answer_http) as address, connect(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert connection.recv(1_000)
        with fault(proxy, "reset"), pytest.raises(ConnectionResetError):
            connection.recv(1)
        with connect(address) as another:
            another.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert another.recv(1_000)


@pytest.mark.parametrize(("direction", "is_done"), [("upstream", False), ("downstream", True)])
def test_a_request_that_passes_resets_its_connection(proxy: RunningProxy, direction: str, is_done: bool) -> None:
    with remembering_venue(proxy) as venue:
        with fault(proxy, "reset", direction=direction, on={"op": "order.place"}) as evidence:
            assert lost(Client(venue), "gone")
            with Client(venue) as client:
                assert client.get()[0] == 200
            assert len(venue.asked) == 1 + is_done
        with Client(venue) as client:
            assert client.place("there")[0] == 200
    assert (evidence.hits, evidence.lost_orders) == (1, ["gone"])


def test_a_reset_that_is_still_to_come_does_not_when_the_fault_is_lifted(proxy: RunningProxy) -> None:
    with echoing(proxy) as connection:
        with fault(proxy, "reset", after_ms=600_000):
            until_hit(proxy)
        connection.sendall(b"alive")
        assert read_exactly(connection, 5) == b"alive"
