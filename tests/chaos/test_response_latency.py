"""Response latency: the venue has done it long before its client hears of it."""

import threading
import time

from tests.chaos.running_proxy import RunningProxy, request
from tests.chaos.waiting import until
from tests.chaos.wire_faults import Client, fault, remembering_venue


def test_the_venue_does_it_at_once_and_the_client_waits(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue:
        with fault(proxy, "response_latency", latency_ms=600_000) as evidence:
            replies: list[int] = []

            def place() -> None:
                with Client(venue, seconds=60) as client:
                    replies.append(client.place("a")[0])

            waiting = threading.Thread(target=place)
            waiting.start()
            until(lambda: len(venue.asked) == 1, "the order at the venue")
            time.sleep(0.1)
            assert replies == []
        waiting.join(20)
        assert replies == [200]  # healing lets it go
        assert evidence.hits == 1


def test_the_reply_comes_no_sooner_and_in_order(proxy: RunningProxy) -> None:
    with remembering_venue(proxy) as venue, fault(proxy, "response_latency", latency_ms=120):
        answered = request(venue.address, "/api/v3/depth")
        assert answered.seconds >= 0.12
        assert answered.faults == "f"
        client = Client(venue)
        for number in range(3):
            assert client.get(f"/api/v3/depth?n={number}")[1] == b"GET /api/v3/depth?n=%d" % number
        client.close()
