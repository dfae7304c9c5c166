"""A load client and what tests ask with it."""

import time
from dataclasses import dataclass

import pytest

from scenarios.client import CallFailed, VenueClient, venue_client
from scenarios.operations import Request
from tests.scenarios.responder import (
    Responder,
    Script,
)

PING = Request("GET", "/api/v3/ping", "", False, "")
ORDER = Request("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY", True, "BTCUSDT")
SHORT_NS, LONG_NS = 150_000_000, 10_000_000_000


@dataclass
class Watched:
    sent_ns: int = -1
    arrival: int = -1


def client_of(url: str, timeout_ns: int = LONG_NS) -> VenueClient:
    return venue_client(
        url,
        ("key", "secret"),
        clock=time.monotonic_ns,
        wall_clock_ns=time.time_ns,
        timeout_ns=timeout_ns,
        connections_max=64,
    )


def failure_of(script: Script, timeout_ns: int = LONG_NS, calls_before: int = 0) -> CallFailed:
    with Responder(script) as responder:
        client = client_of(responder.url, timeout_ns)
        for _ in range(calls_before):
            client.call(PING, Watched())
        with pytest.raises(CallFailed) as caught:
            client.call(ORDER, Watched())
        client.close()
        return caught.value
