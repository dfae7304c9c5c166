"""The npm package `binance` trades over REST, the WebSocket API and streams with only its URLs and keys set."""

import json
import os
import subprocess
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.clients.venue import Venue, busy
from tests.mock_exchange.served import KEY, SECRET

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SESSION = Path(__file__).with_name("binance_session.cjs")


@pytest.fixture(scope="module")
def seen(venue: Venue, node_modules: Path) -> Any:
    with busy(venue):
        done = subprocess.run(
            ["node", str(SESSION), venue.rest, venue.ws, KEY, SECRET],
            env=os.environ | {"NODE_PATH": str(node_modules)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_orders_live_as_they_do_on_the_venue(seen: Any) -> None:
    assert seen["symbols"] == 5
    assert (seen["placed"], seen["queried"], seen["replaced"]) == ("NEW", "NEW", "SUCCESS")
    assert (seen["canceled"], seen["wsPlaced"], seen["wsStatus"], seen["open"]) == ("CANCELED", "NEW", "NEW", 0)


def test_a_fill_is_paid_for(seen: Any) -> None:
    assert seen["filled"] == "FILLED"
    received = sum(Decimal(fill["qty"]) - Decimal(fill["commission"]) for fill in seen["fills"])
    assert Decimal(seen["after"]) - Decimal(seen["before"]) == received


def test_each_change_of_an_order_is_one_user_event(seen: Any) -> None:
    kinds = {
        name: Counter(
            report["type"]
            for report in seen["reports"]
            if report["id"] == name or (report["type"] == "CANCELED" and report["orig"] == name)
        )
        for name in ("node-rest", "node-replaced", "node-ws", "node-fill")
    }
    assert kinds["node-rest"] == Counter(NEW=1, CANCELED=1)
    assert kinds["node-replaced"] == Counter(NEW=1, CANCELED=1)
    assert kinds["node-ws"] == Counter(NEW=1, CANCELED=1)
    assert kinds["node-fill"] == Counter(NEW=1, TRADE=len(seen["fills"]))


def test_the_depth_stream_has_no_gap(seen: Any) -> None:
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(seen["depth"]))
