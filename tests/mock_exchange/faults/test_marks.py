"""Replies name the faults that touched their requests, whatever turn they take and whatever else marks them."""

from collections.abc import Iterator

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import MARK, marks
from tests.mock_exchange.raw_socket import PING, connected
from tests.mock_exchange.served import KEY, Served, limit_order, serving, signed

KIND = "unknown_execution"


@pytest.fixture(scope="module", params=[False, True], ids=["limits off", "limits on"])
def venue(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving({"rate_limits": {"enabled": request.param}}) as served:
        yield served


def test_times_in_microseconds_and_counts_of_weight_stay_as_they_are(venue: Served) -> None:
    body = signed(limit_order())
    headers = {"X-MBX-TIME-UNIT": "MICROSECOND"}
    with fault(venue, "slow_gateway", latency_ms=1):
        reply = venue.call("POST", "/api/v3/order", body=body, key=KEY, headers=headers)
    assert (reply.status, marks(reply)) == (200, ["slow_gateway"])
    assert reply.json["transactTime"] > 10**15
    assert list(reply.headers)[-1] == MARK


def test_only_the_touched_one_of_several_on_a_connection_is_marked(venue: Served) -> None:
    body = signed(limit_order()).encode()
    head = f"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nX-MBX-APIKEY: {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
    with fault(venue, KIND, done=False), connected(venue) as client:
        client.send(PING + head.encode() + body + PING)
        assert [client.read_reply()[0] for _ in range(3)] == [200, 503, 200]
    assert marks(venue.get("/api/v3/ping")) == []


@pytest.mark.parametrize(
    ("kind", "parameters", "status"),
    [("latency", {"latency_ms": 1}, 503), ("status", {"status": 504, "phase": "after"}, 504)],
    ids=["passed on", "replaced"],
)
def test_the_proxy_adds_its_own_and_keeps_the_venue_s(
    venue: Served, kind: str, parameters: dict[str, object], status: int
) -> None:
    with RunningProxy() as proxy:
        listener = proxy.lead_to(f"127.0.0.1:{venue.port()}")
        order = {"id": "of-the-wire", "kind": kind, "parameters": parameters, "lease_ms": 60_000}
        assert proxy.call("POST", "/faults", order)[0] == 201
        through = Served(venue.process, {**venue.addresses, "rest": f"http://{listener}"})
        with fault(venue, KIND):
            reply = through.place()
    assert (reply.status, marks(reply)) == (status, [KIND, "of-the-wire"])
