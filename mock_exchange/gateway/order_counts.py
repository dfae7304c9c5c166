"""GET rateLimit/order: how many unfilled orders the account has placed in each interval; empty where limits are off."""

from functools import partial

from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_replies import ENCODER


def prepare(desk: Desk, call: Call) -> Work:
    return partial(_order_counts, desk, call.account)


def _order_counts(desk: Desk, account: int) -> bytes:
    return ENCODER.encode(desk.limiter.order_usage(account))
