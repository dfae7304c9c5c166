"""Limit data: so many bytes, then the end."""

from http.client import IncompleteRead

import pytest

from tests.chaos.raw_streams import connect, echo, led_to
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import read_all
from tests.chaos.wire_faults import Client, fault, remembering_venue


def test_a_connection_ends_after_so_many_bytes(proxy: RunningProxy) -> None:
    with led_to(proxy, echo) as address:
        with connect(address) as connection, fault(proxy, "limit_data", bytes=10):
            connection.sendall(b"\x00" + b"x" * 100)
            assert read_all(connection) == b"\x00" + b"x" * 9
        with connect(address) as connection:
            connection.sendall(b"\x00" + b"x" * 100)
            assert len(connection.recv(1_000)) == 101


def test_replies_of_one_connection_are_counted_together(proxy: RunningProxy) -> None:
    with (
        remembering_venue(proxy) as venue,
        Client(venue) as client,
        fault(proxy, "limit_data", bytes=150) as evidence,
    ):
        assert client.get() == (200, b"GET /api/v3/depth", "f")
        with pytest.raises((IncompleteRead, OSError)):
            client.place("cut-short")
    assert evidence.hits == 2
    assert evidence.lost_orders == ["cut-short"]


def test_nothing_at_all_comes_of_nothing(proxy: RunningProxy) -> None:
    with led_to(proxy, echo) as address, connect(address) as connection, fault(proxy, "limit_data", bytes=0):
        connection.sendall(b"\x00hello")
        assert read_all(connection) == b""
