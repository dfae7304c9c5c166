"""A toxic is removed at once, whatever its connections wait for: the control API waits for none of them.

Toxiproxy's own removal can hang for ever here (its issues 88, 159, 210, 254, 412, 558).
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle, islice, product

import pytest

from chaos.proxy.toxics import TYPES
from tests.chaos.raw_streams import connect
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.toxics import add, until_hit
from tests.chaos.upstreams import upstream

REMOVALS = 100
WITHIN_S = 1.0


def never_read(connection: socket.socket) -> None:
    """A dead upstream: it sends as long as it can, and reads nothing."""
    while connection.send(b"x" * 65_536):
        pass


@contextmanager
def stalled(address: str) -> Iterator[None]:
    """A client that sends as long as it can, and reads nothing."""
    with connect(address) as connection:
        connection.setblocking(False)
        stop = threading.Event()

        def send() -> None:
            with suppress(OSError):  # a toxic may have cut it off
                while not stop.wait(0.002):
                    with suppress(BlockingIOError):
                        connection.send(b"\x00" * 65_536)

        sender = threading.Thread(target=send)
        sender.start()
        try:
            yield
        finally:
            stop.set()
            sender.join()


def removal_s(proxy: RunningProxy, path: str) -> float:
    began = time.monotonic()
    assert proxy.call("DELETE", path) == (204, None)
    return time.monotonic() - began


@pytest.mark.timeout(300)
def test_removal_answers_within_a_second_a_hundred_times_of_a_hundred(proxy: RunningProxy) -> None:
    took = []
    with upstream(never_read) as dead:
        address = proxy.lead_to(dead.address)
        for toxic_type, stream in islice(cycle(product(sorted(TYPES), ("upstream", "downstream"))), REMOVALS):
            with stalled(address), stalled(address):
                path = add(proxy, address, toxic_type, stream=stream)
                with stalled(address):
                    if toxic_type != "slow_close":  # nobody closes
                        until_hit(proxy)
                    took.append(removal_s(proxy, path))
    assert len(took) == REMOVALS
    assert max(took) < WITHIN_S
