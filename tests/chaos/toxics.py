"""Toxics as a test sets them, in Toxiproxy's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.waiting import until

ATTRIBUTES: dict[str, dict[str, float]] = {
    "latency": {"latency": 600_000, "jitter": 10},
    "bandwidth": {"rate": 1},
    "slow_close": {"delay": 600_000},
    "timeout": {"timeout": 600_000},
    "reset_peer": {"timeout": 600_000},
    "slicer": {"average_size": 1, "size_variation": 0, "delay": 1_000_000},
    "limit_data": {"bytes": 1_000_000_000_000},
    "packet_loss": {"loss_rate": 0.5, "correlation": 0.1},
}
"""Every type, so that it holds what it can hold for as long as it can."""


def name_of(proxy: RunningProxy, listen: str) -> str:
    """What the proxy that listens there is called."""
    proxies: dict[str, dict[str, Any]] = proxy.call("GET", "/proxies")[1]
    return next(name for name, each in proxies.items() if each["listen"] == listen)


def add(proxy: RunningProxy, listen: str, toxic_type: str, **more: Any) -> str:
    """Add a toxic; where it can be asked for, changed and removed."""
    attributes = {"attributes": more.pop("attributes", ATTRIBUTES[toxic_type])}
    where = f"/proxies/{name_of(proxy, listen)}/toxics"
    status, toxic = proxy.call("POST", where, {"type": toxic_type, **attributes, **more})
    assert status == 200, toxic
    return f"{where}/{toxic['name']}"


@contextmanager
def toxic(proxy: RunningProxy, listen: str, toxic_type: str, **more: Any) -> Iterator[str]:
    """In force inside; its path."""
    path = add(proxy, listen, toxic_type, **more)
    yield path
    assert proxy.call("DELETE", path) == (204, None)


def touched(listen: str, requests: int) -> set[int]:
    """Which of so many requests of one connection that is kept alive a fault has touched."""
    connection = HTTPConnection(listen, timeout=20)
    found = set()
    for number in range(requests):
        connection.request("GET", "/api/v3/depth")
        reply = connection.getresponse()
        reply.read()
        if reply.getheader("X-Brownout-Fault"):
            found.add(number)
    connection.close()
    return found


def until_hit(proxy: RunningProxy, hits: int = 1) -> None:
    until(lambda: sum(each["hits"] for each in proxy.faults().values() if not each["lifted_by"]) >= hits, "a hit")
