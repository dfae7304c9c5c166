"""Toxics: Toxiproxy's calls and words, and toxicity as a share of requests, which a seed decides."""

from typing import Any

import pytest

from chaos.proxy.toxics import TYPES
from tests.chaos.raw_streams import connect, echo, led_to, silent
from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.toxics import ATTRIBUTES, add, name_of, touched, toxic, until_hit
from tests.chaos.upstreams import read_exactly
from tests.chaos.waiting import until

REQUESTS = 400


def test_the_tests_know_every_type() -> None:
    assert set(ATTRIBUTES) == set(TYPES)


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
@pytest.mark.parametrize("toxic_type", sorted(TYPES))
def test_every_type_is_added_shown_changed_and_removed(
    proxy: RunningProxy, venue: str, toxic_type: str, stream: str
) -> None:
    path = add(proxy, venue, toxic_type, stream=stream)
    shown = proxy.call("GET", path)[1]
    assert shown == {
        "name": f"{toxic_type}_{stream}",
        "type": toxic_type,
        "stream": stream,
        "toxicity": 1.0,
        "attributes": ATTRIBUTES[toxic_type],
    }
    name = name_of(proxy, venue)
    assert proxy.call("GET", f"/proxies/{name}/toxics") == (200, [shown])
    assert proxy.call("GET", f"/proxies/{name}")[1]["toxics"] == [shown]
    assert proxy.call("GET", "/proxies")[1][name]["toxics"] == [shown]
    first = next(iter(ATTRIBUTES[toxic_type]))
    for method, value in (("POST", 1), ("PATCH", 0.5 if toxic_type == "packet_loss" else 2)):
        status, changed = proxy.call(method, path, {"attributes": {first: value}, "toxicity": 0.25})
        assert status == 200
        assert changed == {**shown, "toxicity": 0.25, "attributes": {**ATTRIBUTES[toxic_type], first: value}}
    assert proxy.call("DELETE", path) == (204, None)
    assert proxy.call("GET", f"/proxies/{name}/toxics") == (200, [])
    assert request(venue, "/").faults is None


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"type": "rain"}, 400, "invalid toxic type"),
        ({"type": "latency", "stream": "sideways"}, 400, "stream was invalid, can be either upstream or downstream"),
        ({"type": "latency", "toxicity": 2}, 400, "bad request body: toxicity: 2.0 must be at most 1"),
        ({"type": "latency", "toxicity": "high"}, 400, "bad request body: Expected `float`"),
        ({"type": "bandwidth", "attributes": {"rate": -1}}, 400, "bad request body: attributes.rate: -1 must be"),
        ({"type": "bandwidth", "attributes": {"rate": "fast"}}, 400, "attributes.rate: 'fast' must be a whole number"),
        ({"type": "latency", "lease_ms": 1}, 400, "bad request body"),
        ("{", 400, "bad request body"),
    ],
)
def test_an_error_says_what_toxiproxy_says(proxy: RunningProxy, venue: str, body: Any, status: int, text: str) -> None:
    answered, document = proxy.call("POST", f"/proxies/{name_of(proxy, venue)}/toxics", body)
    assert (answered, document["status"]) == (status, status)
    assert text in document["error"]


def test_what_is_not_there_or_twice_is_told(proxy: RunningProxy, venue: str) -> None:
    where = f"/proxies/{name_of(proxy, venue)}/toxics"
    add(proxy, venue, "latency")
    assert proxy.call("POST", where, {"type": "latency"})[1]["error"] == "toxic already exists"
    for method in ("GET", "POST", "PATCH", "DELETE"):
        assert proxy.call(method, f"{where}/nobody", {})[1]["error"] == "toxic not found"
        assert proxy.call(method, "/proxies/nobody/toxics/x", {})[1]["error"] == "proxy not found"


def test_a_toxic_touches_requests_and_not_connections(proxy: RunningProxy, venue: str) -> None:
    with toxic(proxy, venue, "latency", attributes={"latency": 0}, toxicity=0.5):
        hit = touched(venue, REQUESTS)
    assert 0.4 * REQUESTS < len(hit) < 0.6 * REQUESTS  # four standard deviations to either side
    assert touched(venue, 10) == set()


def test_the_same_seed_touches_the_same_requests_and_another_others(proxy: RunningProxy, venue: str) -> None:
    hits = []
    for seed in (1, 1, 2):
        with toxic(proxy, venue, "latency", attributes={"latency": 0}, toxicity=0.5, seed=seed):
            hits.append(touched(venue, REQUESTS))
    assert hits[0] == hits[1] != hits[2]


@pytest.mark.parametrize("toxic_type", sorted(TYPES))
@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_a_toxicity_of_nothing_does_nothing(proxy: RunningProxy, venue: str, toxic_type: str, stream: str) -> None:
    with led_to(proxy, echo) as address, connect(address) as connection:
        for listen in (venue, address):
            add(proxy, listen, toxic_type, stream=stream, toxicity=0)
        connection.sendall(b"\x00hello")
        assert read_exactly(connection, 6) == b"\x00hello"
        assert touched(venue, 20) == set()
        assert {each["hits"] for each in proxy.faults().values() if each["lifted_by"] is None} == {0}


def test_a_connection_that_is_no_http_is_one_coin(proxy: RunningProxy) -> None:
    late = 0
    with led_to(proxy, echo) as address, toxic(proxy, address, "timeout", attributes={"timeout": 0}, toxicity=0.5):
        for _ in range(40):
            with connect(address) as connection:
                connection.sendall(b"\x00")
                late += silent(connection, 0.05)
    assert 7 < late < 33


def test_a_change_of_toxicity_reaches_a_connection_that_is_open(proxy: RunningProxy) -> None:
    with led_to(proxy, echo) as address, connect(address) as connection:
        connection.sendall(b"\x00")
        assert read_exactly(connection, 1)
        with toxic(proxy, address, "latency", toxicity=0) as path:
            connection.sendall(b"a")
            assert read_exactly(connection, 1) == b"a"
            proxy.call("PATCH", path, {"toxicity": 1})
            connection.sendall(b"b")
            assert silent(connection)
            proxy.call("PATCH", path, {"toxicity": 0})
            assert read_exactly(connection, 1) == b"b"
            connection.sendall(b"c")
            assert read_exactly(connection, 1) == b"c"


def test_a_toxic_acts_on_its_proxy_only(proxy: RunningProxy, venue: str) -> None:
    with led_to(proxy, echo) as address, connect(address) as connection, toxic(proxy, venue, "timeout"):
        connection.sendall(b"\x00hello")
        assert read_exactly(connection, 6) == b"\x00hello"


def test_toxics_work_one_after_the_other(proxy: RunningProxy) -> None:
    with (
        led_to(proxy, echo) as address,
        connect(address) as connection,
        toxic(proxy, address, "limit_data", attributes={"bytes": 3}),
    ):
        with toxic(proxy, address, "latency"):
            connection.sendall(b"\x00hello")
            until_hit(proxy, 2)
            assert silent(connection)
        assert read_exactly(connection, 3) == b"\x00he"
        assert connection.recv(1) == b""


def test_a_toxic_stays_without_a_heartbeat_and_with_a_lease_it_does_not(proxy: RunningProxy, venue: str) -> None:
    stays = add(proxy, venue, "latency", attributes={"latency": 0})
    leased = add(proxy, venue, "slicer", lease_ms=1_000)
    assert proxy.call("PATCH", leased, {})[1]["lease_ms"] == 1_000
    until(lambda: proxy.call("GET", leased)[0] == 404, "the lease has ended")
    assert proxy.call("GET", stays)[0] == 200
    own = f"{name_of(proxy, venue)}/"
    told = {each["kind"]: each["lifted_by"] for name, each in proxy.faults().items() if name.startswith(own)}
    assert told == {"chunk_latency": None, "slicer": "lease"}


def test_a_reset_takes_all_toxics_and_a_deleted_proxy_its_own(proxy: RunningProxy, venue: str) -> None:
    add(proxy, venue, "timeout")
    proxy.call("POST", "/reset")
    assert proxy.call("GET", f"/proxies/{name_of(proxy, venue)}/toxics") == (200, [])
    add(proxy, venue, "timeout")
    proxy.call("DELETE", f"/proxies/{name_of(proxy, venue)}")
    assert all(each["lifted_by"] for each in proxy.faults().values())


def test_a_disabled_proxy_keeps_its_toxics(proxy: RunningProxy, venue: str) -> None:
    where = f"/proxies/{name_of(proxy, venue)}"
    add(proxy, venue, "latency")
    assert len(proxy.call("POST", where, {"enabled": False})[1]["toxics"]) == 1
    assert len(proxy.call("POST", where, {"enabled": True})[1]["toxics"]) == 1
