"""Black hole: no answer on an open connection; healing resets it, and others go on."""

import threading

import pytest

from tests.chaos.running_proxy import RunningProxy
from tests.chaos.waiting import until
from tests.chaos.wire_faults import Client, fault, remembering_venue


@pytest.mark.parametrize(("phase", "is_done"), [("before", False), ("after", True)])
def test_nothing_comes_until_it_is_healed(proxy: RunningProxy, phase: str, is_done: bool) -> None:
    endings: list[str] = []
    with remembering_venue(proxy) as venue:

        def wait() -> None:
            with Client(venue, seconds=30) as client:
                try:
                    endings.append(str(client.place("lost")))
                except OSError as error:
                    endings.append(type(error).__name__)

        with fault(proxy, "black_hole", phase=phase, on={"client_order_id": "lost"}) as evidence:
            waiting = threading.Thread(target=wait)
            waiting.start()
            until(lambda: proxy.faults()["f"]["hits"] == 1, "the request in the hole")
            other = Client(venue)
            assert other.place("other")[0] == 200
            other.close()
            if is_done:
                until(lambda: len(venue.asked) == 2, "both at the venue")
            assert endings == []
        waiting.join(20)
        assert endings == ["ConnectionResetError"]
        assert len(venue.asked) == 1 + is_done
        after = Client(venue)
        assert after.place("lost")[0] == 200
        after.close()
    assert evidence.hits == 1
