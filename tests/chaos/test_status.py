"""Status: an answer of the proxy's, before the venue has seen the request or after it has done it."""

import pytest

from chaos.errors import InvalidFault
from chaos.kinds.wire.status import Status
from tests.chaos.running_proxy import RunningProxy, exchange_bytes
from tests.chaos.wire_faults import Client, fault, remembering_venue

UNKNOWN = '{"msg":"Unknown error, please check your request or try again later."}'


@pytest.mark.parametrize(("phase", "is_done"), [("before", False), ("after", True)])
def test_the_phase_says_whether_the_venue_has_done_it(proxy: RunningProxy, phase: str, is_done: bool) -> None:
    with remembering_venue(proxy) as venue:
        client = Client(venue)
        with fault(proxy, "status", status=503, body=UNKNOWN, phase=phase) as evidence:
            assert client.place("a") == (503, UNKNOWN.encode(), "f")
        assert (len(venue.asked) == 1) is is_done
        assert evidence.hits == 1
        status, body, mark = client.place("b")
        assert (status, mark) == (200, None)
        assert body.endswith(b"newClientOrderId=b")  # the connection is still in step
        client.close()


def test_retry_after_is_a_header(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue, fault(proxy, "status", status=429, retry_after_s=17):
        response, _ = exchange_bytes(venue.address, "GET", "/api/v3/depth", None)
        assert (response.status, response.getheader("Retry-After")) == (429, "17")


def test_only_selected_orders_are_touched(proxy: RunningProxy) -> None:
    with (
        remembering_venue(proxy) as venue,
        fault(proxy, "status", status=503, on={"client_order_id": "bot-*"}) as evidence,
    ):
        client = Client(venue)
        assert [client.place(name)[0] for name in ("bot-1", "human-1", "bot-2")] == [503, 200, 503]
        assert client.get("/api/v3/depth?symbol=BTCUSDT")[0] == 200
        client.close()
    assert evidence.hits == 2


def test_a_symbol_is_found_in_query_and_form(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue, fault(proxy, "status", status=503, on={"symbol": "BTCUSDT"}):
        client = Client(venue)
        assert client.place("a")[0] == 503
        assert client.get("/api/v3/depth?symbol=BTCUSDT")[0] == 503
        assert client.get("/api/v3/depth?symbol=ETHUSDT")[0] == 200
        client.close()


def test_a_share_of_requests_is_hit_and_the_seed_says_which(proxy: RunningProxy) -> None:
    def hit(seed: int) -> list[bool]:
        with fault(proxy, "status", status=503, probability=0.3, seed=seed):
            return [client.get()[0] == 503 for _ in range(200)]

    with remembering_venue(proxy) as venue:
        client = Client(venue)
        first, again, other = hit(1), hit(1), hit(2)
        client.close()
    assert first == again != other
    assert 30 <= sum(first) <= 90  # six standard deviations on either side of 60


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidFault, match=r"with\.phase: 'during' must be one of before, after"):
        Status(503, phase="during")
    with pytest.raises(InvalidFault, match=r"with\.probability: 1\.5 must be at most 1"):
        Status(503, probability=1.5)
