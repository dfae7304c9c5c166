"""Slow close: everything has come, and the end of it has not."""

import socket

import pytest

from tests.chaos.raw_streams import connect, led_to, silent, until_hit
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import read_all, read_exactly
from tests.chaos.waiting import until
from tests.chaos.wire_faults import fault


def say_goodbye(connection: socket.socket) -> None:
    connection.recv(100)
    connection.sendall(b"goodbye")
    connection.shutdown(socket.SHUT_WR)
    connection.recv(100)


def test_the_end_is_held_back_until_the_fault_is_lifted(proxy: RunningProxy) -> None:
    with led_to(proxy, say_goodbye) as address, connect(address) as connection:
        with fault(proxy, "slow_close", delay_ms=600_000):
            connection.sendall(b"\x00hello")
            assert read_exactly(connection, 7) == b"goodbye"
            until_hit(proxy)
            assert silent(connection)
        assert connection.recv(1) == b""


def test_the_end_comes_by_itself_in_the_end(proxy: RunningProxy) -> None:
    with (
        led_to(proxy, say_goodbye) as address,
        connect(address) as connection,
        fault(proxy, "slow_close", delay_ms=50) as evidence,
    ):
        connection.sendall(b"\x00hello")
        assert read_all(connection) == b"goodbye"
    assert evidence.hits == 1


@pytest.mark.parametrize("hello", [b"", b"\x00hello", b"GET / HTTP/1.1\r\n\r\n"])
def test_it_does_not_matter_what_was_said_before(proxy: RunningProxy, hello: bytes) -> None:
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        heard.append(read_all(connection))

    with led_to(proxy, listen) as address, connect(address) as connection:
        with fault(proxy, "slow_close", delay_ms=600_000, direction="upstream"):
            connection.sendall(hello)
            connection.shutdown(socket.SHUT_WR)
            until_hit(proxy)
            assert heard == []
        until(lambda: heard == [hello], "the upstream hears the end")
