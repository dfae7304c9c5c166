"""The exchange as the benchmarks start it: its own pinned process, as fast as its core (no service-time model)."""

import json
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.cores import CannotMeasure, serving
from benchmarks.signed_orders import KEY_HEADER, PATH, TICK, Account, Choice, Market, order_bodies

PORTS = ("--rest-port", "0", "--ws-port", "0", "--admin-port", "0", "--metrics-port", "0")
OPEN_ORDERS_MAX = 10_000_000
"""One account holds all that rest."""


@contextmanager
def exchange(
    core: int, account: Account, folder: Path, options: Sequence[str] = (), **sections: object
) -> Iterator[dict[str, Any]]:
    """A fresh exchange with a funded account on that core; gives its addresses and ``pid``.

    ``options`` go to its command line, ``sections`` to its configuration.
    """
    config = folder / "exchange.json"
    config.write_text(json.dumps({"open_orders_max": OPEN_ORDERS_MAX} | sections), encoding="ascii")
    command = [sys.executable, "-m", "mock_exchange", *PORTS, "--config", str(config), *options]
    command += ["--key", f"{account.key}:{account.secret}"]
    with serving(core, command, folder / "exchange.log") as ready:
        yield ready


def market_of(rest: str) -> Market:
    """Best bid and ask. Raises CannotMeasure where no price lies between them: orders there meet only our own."""
    with urllib.request.urlopen(f"{rest}/api/v3/ticker/bookTicker?symbol=BTCUSDT", timeout=10) as reply:
        book = json.load(reply)
    market = Market(Decimal(book["bidPrice"]), Decimal(book["askPrice"]))
    if market.ask - market.bid < 2 * TICK:
        raise CannotMeasure(f"no price lies between the bid {market.bid} and the ask {market.ask}")
    return market


def show_orders(rest: str, account: Account, choice: Choice) -> None:
    """Show that what is measured is orders. Raises CannotMeasure when a reply carries no orderId."""
    for body in order_bodies(account, choice, now_ms=time.time_ns() // 1_000_000, count=2):
        request = urllib.request.Request(rest + PATH, body.encode(), {KEY_HEADER: account.key})
        with urllib.request.urlopen(request, timeout=10) as reply:
            answer = json.load(reply)
        if reply.status != 200 or not answer.get("orderId"):
            raise CannotMeasure(f"the exchange answered an order with {reply.status} {answer}")
