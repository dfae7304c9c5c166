"""Bandwidth: bytes come through at a rate, and all that is left of them at once when the fault is lifted."""

import socket
import time

from tests.chaos.raw_streams import connect, echoing, led_to, silent, until_hit
from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.upstreams import HEAD, read_exactly, response
from tests.chaos.wire_faults import fault


def answer_at_length(connection: socket.socket) -> None:
    buffer = b""
    while data := connection.recv(65_536):
        buffer += data
        while head := HEAD.match(buffer):
            buffer = buffer[head.end() :]
            connection.sendall(response(b"x" * 20_000))


def test_a_reply_takes_as_long_as_the_rate_says_and_no_longer_than_the_fault(proxy: RunningProxy) -> None:
    with led_to(proxy, answer_at_length) as address:
        with fault(proxy, "bandwidth", rate_kb_per_s=50) as evidence:
            slow = request(address, "/")
        assert (slow.seconds >= 0.4, len(slow.body), slow.faults) == (True, 20_000, "f")
        assert evidence.hits == 1
        assert request(address, "/").faults is None


def test_a_rate_of_nothing_holds_everything_until_it_is_lifted(proxy: RunningProxy) -> None:
    with led_to(proxy, answer_at_length) as address, connect(address) as connection:
        with fault(proxy, "bandwidth", rate_kb_per_s=0):
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            until_hit(proxy)
            assert silent(connection)
        assert read_exactly(connection, 20_000)


def test_what_goes_up_is_slow_on_connections_that_are_no_http(proxy: RunningProxy) -> None:
    with echoing(proxy) as connection:
        with fault(proxy, "bandwidth", rate_kb_per_s=50, direction="upstream"):
            began = time.monotonic()
            connection.sendall(b"x" * 20_000)
            assert read_exactly(connection, 20_000)
            assert time.monotonic() - began >= 0.4
        connection.sendall(b"again")
        assert read_exactly(connection, 5) == b"again"


def test_a_slow_link_does_not_pile_up_what_it_is_sent(proxy: RunningProxy) -> None:
    with echoing(proxy) as connection, fault(proxy, "bandwidth", rate_kb_per_s=1, direction="upstream"):
        connection.settimeout(0.5)
        sent = 0
        try:
            while sent < 64_000_000:
                sent += connection.send(b"x" * 65_536)
        except TimeoutError:
            pass
        assert sent < 64_000_000
