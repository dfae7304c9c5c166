"""Locust's own fast user at a steady pace, as its documentation has it for a given throughput: ``locust -f`` this file.

``constant_throughput(10)``: each of the users sends ten orders a second, at most, as it waits for every answer first.
"""

import time

from locust import FastHttpUser, constant_throughput, task

from benchmarks.clients.pace import PER_USER_PER_S, TIMEOUT_S
from benchmarks.signed_orders import KEY_HEADER, PATH, Account, order_body

ACCOUNT = Account()
HEADERS = {KEY_HEADER: ACCOUNT.key, "Content-Type": "application/x-www-form-urlencoded"}


class Trader(FastHttpUser):
    """Buys ten times a second, if it can."""

    wait_time = constant_throughput(PER_USER_PER_S)
    connection_timeout = network_timeout = TIMEOUT_S
    max_retries = 0

    @task
    def place_order(self) -> None:
        body = order_body(ACCOUNT, side="BUY", price="117000.00", timestamp_ms=int(time.time() * 1000))
        self.client.post(PATH, data=body, headers=HEADERS)
