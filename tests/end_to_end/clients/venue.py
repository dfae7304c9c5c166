"""What the clients need to know of the venue: its URLs, an account, and orders from others meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from tests.mock_exchange.served import OTHER, Served, limit_order

BUSY_PRICES = 40
_ROUNDS = count(1)
"""Never the same twice: an order of an earlier test may still be open."""


@dataclass(frozen=True, slots=True)
class Venue:
    served: Served

    @property
    def rest(self) -> str:
        return self.served.addresses["rest"]

    @property
    def ws(self) -> str:
        return self.served.addresses["ws"]


@contextmanager
def busy(venue: Venue) -> Iterator[None]:
    """Another account quotes, cancels and trades as fast as one connection does, until the end."""
    over = threading.Event()
    failures: list[BaseException] = []

    def trade() -> None:
        try:
            while not over.is_set():
                _one_round(venue.served, next(_ROUNDS))
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=trade)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not failures, failures


def _one_round(served: Served, number: int) -> None:
    """Two quotes on each side, one of them canceled again, and a trade on either side."""
    offset = number % BUSY_PRICES
    names = []
    for side, price in (("BUY", 110_000 - offset), ("SELL", 124_000 + offset)):
        names.append(f"busy-{side}-{number}")
        quote = limit_order(side=side, price=f"{price}.00", newClientOrderId=names[-1])
        assert served.signed_call("POST", "/api/v3/order", OTHER, **quote).status == 200
    canceled = served.signed_call(
        "DELETE", "/api/v3/order", OTHER, symbol="BTCUSDT", origClientOrderId=names[number % 2]
    )
    assert canceled.status == 200
    side = ("BUY", "SELL")[number % 2]
    taken = served.signed_call(
        "POST", "/api/v3/order", OTHER, symbol="BTCUSDT", side=side, type="MARKET", quantity="0.001"
    )
    assert taken.status == 200
