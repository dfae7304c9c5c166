"""A plain ccxt script trades on the exchange with only its URLs and keys set.

``BROWNOUT_CCXT_SECONDS=600`` makes the session as long as the project's promise; CI is content with less.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.guardian import Guardian
from scenarios.processes import RunProcess
from tests.mock_exchange.ccxt_addresses import point_ccxt_at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SECONDS = float(os.environ.get("BROWNOUT_CCXT_SECONDS", "20"))


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[tuple[str, str]]:
    ports = ["--rest-port", "0", "--ws-port", "0", "--admin-port", "0", "--metrics-port", "0", "--key", "key:secret"]
    with Guardian() as guardian:
        exchange = RunProcess("exchange", "mock_exchange", ports, guardian, tmp_path)
        try:
            ready = exchange.wait_until_ready()
            yield str(ready["rest"]), str(ready["ws"])
        finally:
            assert exchange.terminate() == 0


@pytest.fixture
def client(addresses: tuple[str, str]) -> Iterator[Any]:
    ccxt = pytest.importorskip("ccxt", reason="ccxt is in the e2e extra: make test-slow installs it")
    exchange = ccxt.binance({"apiKey": "key", "secret": "secret"})
    point_ccxt_at(exchange, *addresses)
    yield exchange
    exchange.session.close()


def test_a_session_of_all_common_calls_meets_no_error(client: Any) -> None:
    client.load_markets()
    until = time.monotonic() + SECONDS
    rounds = 0
    while time.monotonic() < until:
        _round(client)
        rounds += 1
    assert rounds > 0


def _round(client: Any) -> None:
    """Look, place an order that rests, see it, cancel it, take one, and see that balances hold."""
    book = client.fetch_order_book("BTC/USDT")
    best_bid, best_ask = book["bids"][0][0], book["asks"][0][0]
    assert best_bid < best_ask
    resting = client.create_order("BTC/USDT", "limit", "buy", 0.001, best_bid * 0.9)
    assert client.fetch_order(resting["id"], "BTC/USDT")["status"] == "open"
    assert client.cancel_order(resting["id"], "BTC/USDT")["status"] == "canceled"
    assert client.fetch_order(resting["id"], "BTC/USDT")["status"] == "canceled"
    for side in ("buy", "sell"):
        taken = client.create_order("BTC/USDT", "market", side, 0.001)
        assert (taken["status"], taken["filled"]) == ("closed", 0.001)
    balance = client.fetch_balance()
    assert balance["BTC"]["free"] > 0
    assert balance["BTC"]["used"] == 0


def test_the_exchange_command_of_brownout_serves_the_same_exchange() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "brownout", "exchange", "--help"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("usage: brownout exchange [")
    assert "--rest-port" in done.stdout
