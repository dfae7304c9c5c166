"""What tells of an order waits until the order is safe; the gateway goes on, and healing ends the waiting."""

import threading
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from chaos.errors import CannotApply
from chaos.ground import FaultOrder
from tests.mock_exchange.durable.mortal import Mortal, alive
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import control_of, fault
from tests.mock_exchange.faults.told import marks
from tests.mock_exchange.served import Reply, serving

FOR_LONG_MS = 60_000.0


def pending(served: Mortal) -> int:
    return int(served.metrics()["exchange_journal_pending"])


@pytest.mark.parametrize("sync", ["group", "always"])
def test_an_order_waits_for_its_sync_while_the_gateway_goes_on(sync: str, tmp_path: Path) -> None:
    replies: list[Reply] = []
    with alive(tmp_path, {}, "--sync", sync) as served:
        with fault(served, "slow_disk", delay_ms=FOR_LONG_MS) as evidence:
            placing = threading.Thread(target=lambda: replies.append(served.place()))
            placing.start()
            eventually(lambda: pending(served) == 1, "the order in the journal")
            assert served.get("/api/v3/ping").status == 200
            assert replies == []
        placing.join(20)
        assert (replies[0].status, marks(replies[0])) == (200, ["slow_disk"])
        healed = served.place()
        assert (healed.status, marks(healed)) == (200, [])
    assert evidence.hits == 1


def test_killed_while_it_waits_only_what_was_not_acknowledged_may_be_missing(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        assert served.place(newClientOrderId="acknowledged").status == 200
        control_of(served, lease_ms=60_000).apply(FaultOrder("slow", "slow_disk", {"delay_ms": FOR_LONG_MS}, {}, 0))
        placing = threading.Thread(target=lambda: _ignoring_the_end(served), daemon=True)
        placing.start()
        eventually(lambda: pending(served) == 1, "the order in the journal")
        served.kill()
    with alive(tmp_path) as served:
        assert "acknowledged" in {order["clientOrderId"] for order in served.admin_lines("/truth")}
        assert served.place().status == 200


def _ignoring_the_end(served: Mortal) -> None:
    with suppress(OSError, HTTPException):
        served.place(newClientOrderId="waiting")


def test_it_is_refused_where_nothing_is_synced(tmp_path: Path) -> None:
    with (
        serving() as served,
        pytest.raises(CannotApply, match="nothing is synced"),
        fault(served, "slow_disk", delay_ms=1.0),
    ):
        pytest.fail("it began")
    with (
        alive(tmp_path, {}, "--sync", "none") as served,
        pytest.raises(CannotApply, match="nothing is synced"),
        fault(served, "slow_disk", delay_ms=1.0),
    ):
        pytest.fail("it began")
