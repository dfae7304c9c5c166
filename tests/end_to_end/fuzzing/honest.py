"""A client that does nothing wrong, while others do."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.mock_exchange.served import Served


@dataclass
class Honest:
    """What became of its calls."""

    statuses: list[int] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    """Calls that got no reply."""

    def complaints(self) -> list[str]:
        """Empty where every call was done."""
        refused = Counter(status for status in self.statuses if status != 200)
        said = (
            [f"of {len(self.statuses)} honest calls some were refused, by status: {dict(refused)}"] if refused else []
        )
        return said + [f"an honest call got no reply: {failure!r}" for failure in self.failures]


@contextmanager
def honest_traffic(served: Served) -> Iterator[Honest]:
    """It places and cancels an order again and again, each call on a connection of its own."""
    over, honest = threading.Event(), Honest()

    def trade() -> None:
        number = 0
        while not over.is_set():
            number += 1
            name = f"honest-{number}"
            try:
                honest.statuses.append(served.place(newClientOrderId=name).status)
                canceled = served.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId=name)
                honest.statuses.append(canceled.status)
            except Exception as failure:  # counted, and told in the test's own thread
                honest.failures.append(failure)
                over.wait(0.1)  # a dead exchange refuses thousands a second

    thread = threading.Thread(target=trade)
    thread.start()
    try:
        yield honest
    finally:
        over.set()
        thread.join()
