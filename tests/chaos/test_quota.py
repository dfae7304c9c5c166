"""Quota: so many in each window of the clock, and a refusal that says when to come again."""

from tests.chaos.running_proxy import RunningProxy, exchange_bytes
from tests.chaos.waiting import until
from tests.chaos.wire_faults import Client, fault, remembering_venue

DAY_MS = 86_400_000


def test_what_exceeds_the_limit_is_refused_and_the_venue_never_sees_it(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue:
        client = Client(venue)
        with fault(proxy, "quota", limit=3, window_ms=DAY_MS) as evidence:
            assert [client.get()[0] for _ in range(5)] == [200, 200, 200, 429, 429]
            response, _ = exchange_bytes(venue.address, "GET", "/api/v3/depth", None)
            assert 0 < int(response.getheader("Retry-After") or 0) <= DAY_MS // 1000
        assert len(venue.asked) == 3
        assert evidence.hits == 3
        assert client.get()[0] == 200
        client.close()


def test_a_new_window_begins_anew(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue, fault(proxy, "quota", limit=1, window_ms=200, status=418, body="banned"):
        client = Client(venue)
        until(lambda: client.get()[:2] == (418, b"banned"), "a refusal")
        until(lambda: client.get()[0] == 200, "the next window")
        client.close()


def test_only_what_is_selected_counts(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue, fault(proxy, "quota", limit=0, window_ms=DAY_MS, on={"op": "order.place"}):
        client = Client(venue)
        assert client.get()[0] == 200
        assert client.place("a")[0] == 429
        client.close()
