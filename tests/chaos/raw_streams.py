"""Connections that carry bytes and no HTTP, through the proxy to an upstream of the test's choice."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import Serve, upstream
from tests.chaos.waiting import until


def echo(connection: socket.socket) -> None:
    while data := connection.recv(65_536):
        connection.sendall(data)


@contextmanager
def led_to(proxy: RunningProxy, serve: Serve) -> Iterator[str]:
    """Address of a listener before that upstream."""
    with upstream(serve) as running:
        yield proxy.lead_to(running.address)


def connect(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=20)


@contextmanager
def echoing(proxy: RunningProxy) -> Iterator[socket.socket]:
    """A connection that the proxy has understood not to be HTTP."""
    with led_to(proxy, echo) as address, connect(address) as connection:
        connection.sendall(b"\x00hello")
        assert connection.recv(100) == b"\x00hello"
        yield connection


def silent(connection: socket.socket, seconds: float = 0.1) -> bool:
    """Nothing can be read for a moment: no bytes, no end."""
    return not select.select([connection], [], [], seconds)[0]


def until_hit(proxy: RunningProxy, fault_id: str = "f", hits: int = 1) -> None:
    until(lambda: proxy.faults()[fault_id]["hits"] >= hits, f"{fault_id} has hit")
