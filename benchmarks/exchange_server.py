"""The exchange as the benchmarks start it: its own pinned process, as fast as its core (no service-time model)."""

import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.cores import CannotMeasure, serving
from benchmarks.signed_orders import KEY_HEADER, PATH, Account, order_body

PORTS = ("--rest-port", "0", "--admin-port", "0", "--metrics-port", "0")


@contextmanager
def exchange(core: int, account: Account, folder: Path) -> Iterator[dict[str, Any]]:
    """A fresh exchange with a funded account on that core; gives its addresses and ``pid``."""
    command = [sys.executable, "-m", "mock_exchange", *PORTS, "--key", f"{account.key}:{account.secret}"]
    with serving(core, command, folder / "exchange.log") as ready:
        yield ready


def middle_price(rest: str) -> str:
    """A price between the best bid and the best ask, on the grid of hundredths: what rests there meets only our own."""
    with urllib.request.urlopen(f"{rest}/api/v3/ticker/bookTicker?symbol=BTCUSDT", timeout=10) as reply:
        book = json.load(reply)
    bid, ask = Decimal(book["bidPrice"]), Decimal(book["askPrice"])
    middle = ((bid + ask) / 2).quantize(Decimal("0.01"))
    if not bid < middle < ask:
        raise CannotMeasure(f"no price lies between the bid {bid} and the ask {ask}")
    return str(middle)


def first_order(rest: str, account: Account, price: str) -> None:
    """Show that what is measured is an order. Raises CannotMeasure when the reply carries no orderId."""
    for side in ("BUY", "SELL"):
        body = order_body(account, side=side, price=price, timestamp_ms=time.time_ns() // 1_000_000)
        request = urllib.request.Request(rest + PATH, body.encode(), {KEY_HEADER: account.key})
        with urllib.request.urlopen(request, timeout=10) as reply:
            answer = json.load(reply)
        if reply.status != 200 or not answer.get("orderId"):
            raise CannotMeasure(f"the exchange answered an order with {reply.status} {answer}")
