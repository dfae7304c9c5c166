"""A client that does nothing wrong, while others do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.mock_exchange.served import Served


@contextmanager
def honest_traffic(served: Served) -> Iterator[list[int]]:
    """It places and cancels an order again and again; yields the statuses that it gets."""
    over, statuses, failures = threading.Event(), list[int](), list[BaseException]()

    def trade() -> None:
        number = 0
        try:
            while not over.is_set():
                number += 1
                name = f"honest-{number}"
                statuses.append(served.place(newClientOrderId=name).status)
                canceled = served.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId=name)
                statuses.append(canceled.status)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=trade)
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join()
    assert failures == []
