"""Locust's own fast user, sending one signed order after the other: ``locust -f`` this file.

Written as a user of Locust would write it, with the signing that any client of the venue needs and nothing more.
"""

import time

from locust import FastHttpUser, task

from benchmarks.signed_orders import KEY_HEADER, PATH, Account, order_body

ACCOUNT = Account()
HEADERS = {KEY_HEADER: ACCOUNT.key, "Content-Type": "application/x-www-form-urlencoded"}


class Trader(FastHttpUser):
    """Buys without a pause."""

    @task
    def place_order(self) -> None:
        body = order_body(ACCOUNT, side="BUY", price="117000.00", timestamp_ms=int(time.time() * 1000))
        self.client.post(PATH, data=body, headers=HEADERS)
