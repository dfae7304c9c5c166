"""Timeout: nothing comes through, and the connection ends late, or when the fault is lifted."""

import pytest

from tests.chaos.raw_streams import echoing, silent, until_hit
from tests.chaos.running_proxy import RunningProxy
from tests.chaos.upstreams import read_all
from tests.chaos.wire_faults import Client, fault, lost, remembering_venue


@pytest.mark.parametrize("direction", ["upstream", "downstream"])
def test_bytes_disappear_and_the_connection_ends_when_the_fault_is_lifted(proxy: RunningProxy, direction: str) -> None:
    with echoing(proxy) as connection:
        with fault(proxy, "timeout", direction=direction) as evidence:
            connection.sendall(b"gone")
            assert silent(connection)
        assert read_all(connection) == b""
    assert evidence.hits == 1
    with echoing(proxy):
        pass  # as before


def test_the_connection_ends_by_itself_after_its_time(proxy: RunningProxy) -> None:
    with echoing(proxy) as connection, fault(proxy, "timeout", timeout_ms=50):
        assert read_all(connection) == b""


def test_the_venue_has_done_what_it_was_asked_and_the_reply_disappears(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue, Client(venue, seconds=20) as client:
        with fault(proxy, "timeout", timeout_ms=50, on={"op": "order.place"}) as evidence:
            assert client.get()[0] == 200
            assert lost(client, "gone")
            until_hit(proxy)
        assert len(venue.asked) == 2
    assert evidence.lost_orders == ["gone"]
