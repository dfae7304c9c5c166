"""After a stale failover the venue goes on from an older state: what it acknowledged since is gone, and only that."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chaos.errors import CannotApply, InvalidFault
from chaos.ground.durable_state import DataFolder
from chaos.kinds.process.stale_failover import StaleFailover
from chaos.selector import ALL
from scenarios.client import venue_client
from scenarios.operations import Request
from scenarios.targets.target import LiveTarget
from tests.chaos.targets import asked, embedded
from tests.chaos.waiting import until
from tests.scenarios.calling import Watched


@pytest.fixture(scope="module")
def live() -> Iterator[LiveTarget]:
    with embedded({"durable": {}}) as target:
        yield target


@pytest.fixture(scope="module")
def place(live: LiveTarget) -> Iterator[Callable[[str], None]]:
    (account,) = live.accounts
    client = venue_client(
        live.base_url,
        (account.key, account.secret),
        clock=lambda: 0,
        wall_clock_ns=time.time_ns,
        timeout_ns=10**10,
        connections_max=1,
    )

    def place(client_order_id: str) -> None:
        order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=100000.00"
        line = f"{order}&newClientOrderId={client_order_id}"
        assert client.call(Request("POST", "/api/v3/order", line, True, "BTCUSDT"), Watched()).status == 200

    yield place
    client.close()


def known(live: LiveTarget) -> set[str]:
    ledger = live.ledger()
    assert ledger is not None
    return {json.loads(line)["clientOrderId"] for line in ledger.splitlines()}


def test_it_goes_on_without_what_it_acknowledged_since(live: LiveTarget, place: Callable[[str], None]) -> None:
    place("old")
    with StaleFailover(lost_ms=600_000).applied(live.ground, "f", ALL) as evidence:
        place("forgotten")
        assert {"old", "forgotten"} <= known(live)
    assert evidence.recovered_ms is not None
    assert "old" in known(live)
    assert "forgotten" not in known(live)
    place("new")
    assert "new" in known(live)


def test_the_standby_takes_over_by_itself_and_once(live: LiveTarget, place: Callable[[str], None]) -> None:
    with StaleFailover(lost_ms=300).applied(live.ground, "f", ALL) as evidence:
        until(lambda: evidence.recovered_ms is not None, "the standby")
        place("since")
    assert "since" in known(live)


def test_it_leaves_no_copy_behind(live: LiveTarget) -> None:
    assert isinstance(live.ground.durable_state, DataFolder)
    folder = live.ground.durable_state.folder
    with StaleFailover(lost_ms=600_000).applied(live.ground, "f", ALL):
        assert len(beside(folder)) == 2
    assert beside(folder) == [folder.name]
    assert asked(live) == 200


def test_a_venue_that_writes_nothing_down_has_no_standby() -> None:
    with (
        embedded() as target,
        pytest.raises(CannotApply, match="whose exchange is durable"),
        StaleFailover(lost_ms=1).applied(target.ground, "f", ALL),
    ):
        pytest.fail("it began")


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(InvalidFault, match=r"with\.lost_ms: 0 must be at least 1"):
        StaleFailover(lost_ms=0)


def beside(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.parent.iterdir() if each.name.startswith(folder.name))
