"""Restarted, the venue is away for a while and comes back by itself, with what it had made durable."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.errors import InvalidFault
from chaos.kinds.process.restart import Restart
from chaos.selector import ALL
from scenarios.client import venue_client
from scenarios.operations import Request
from scenarios.targets.target import LiveTarget
from tests.chaos.targets import asked, embedded
from tests.chaos.waiting import until
from tests.scenarios.calling import Watched

ORDER = Request(
    "POST",
    "/api/v3/order",
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=100000.00&newClientOrderId=kept",
    True,
    "BTCUSDT",
)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveTarget]:
    data: Path = tmp_path_factory.mktemp("data")
    with embedded({"durable": {"data": str(data)}}) as target:
        yield target


def test_it_comes_back_by_itself_and_remembers(live: LiveTarget) -> None:
    place(live)
    with Restart(down_ms=300).applied(live.ground, "r", ALL) as evidence:
        assert asked(live) != 200
        until(lambda: asked(live) == 200, "the restart, without healing")
    assert evidence.recovered_ms is not None
    assert asked(live) == 200
    ledger = live.ledger()
    assert ledger is not None
    assert "kept" in {json.loads(line)["clientOrderId"] for line in ledger.splitlines()}


def test_healing_before_its_time_brings_it_up_at_once(live: LiveTarget) -> None:
    with Restart(down_ms=600_000).applied(live.ground, "r", ALL):
        assert asked(live) != 200
    assert asked(live) == 200


def test_a_time_that_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidFault, match=r"with\.down_ms: -1 must be at least 0"):
        Restart(down_ms=-1)


def place(live: LiveTarget) -> None:
    (account,) = live.accounts
    client = venue_client(
        live.base_url,
        (account.key, account.secret),
        clock=lambda: 0,
        wall_clock_ns=time.time_ns,
        timeout_ns=10**10,
        connections_max=1,
    )
    assert client.call(ORDER, Watched()).status == 200
    client.close()
