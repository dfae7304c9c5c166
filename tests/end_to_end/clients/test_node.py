"""The npm package `binance` trades over REST, the WebSocket API and streams with only its URLs and keys set."""

import json
import os
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.clients.venue import Venue, busy
from tests.end_to_end.clients.waiting import WATCH_SECONDS
from tests.mock_exchange.served import KEY, SECRET
from tests.mock_exchange.streams.test_local_book import LocalBook

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SESSION = Path(__file__).with_name("binance_session.cjs")


@pytest.fixture(scope="module")
def seen(venue: Venue, node_modules: Path) -> Any:
    session = subprocess.Popen(
        ["node", str(SESSION), venue.rest, venue.ws, KEY, SECRET, str(WATCH_SECONDS)],
        env=os.environ | {"NODE_PATH": str(node_modules)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert session.stdout is not None
    try:
        with busy(venue):
            session.stdout.readline()  # it has seen enough, or has failed
        out, errors = session.communicate("quiet\n", timeout=120)
    finally:
        session.kill()
    assert session.returncode == 0, errors
    return json.loads(out.splitlines()[-1])


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


def test_the_book_of_snapshot_and_events_is_rests_after_a_while_under_load(seen: Any) -> None:
    book = LocalBook(seen["began"])
    for event in seen["depth"]:
        book.apply(event)
    assert book.updates > WATCH_SECONDS
    book.check(seen["ended"])
