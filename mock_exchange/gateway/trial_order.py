"""POST order/test: finds what is wrong with an order by itself, filters included, and places nothing."""

from functools import partial
from typing import Final

import msgspec

from mock_exchange.gateway.account_reads import rate
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_parameters import order_command
from mock_exchange.gateway.order_replies import ENCODER
from mock_exchange.gateway.place_order import KNOWN as KNOWN_ORDER
from mock_exchange.gateway.place_order import reply_type
from mock_exchange.gateway.refusals import refusal

KNOWN: Final = KNOWN_ORDER | {"computeCommissionRates"}


class Rates(msgspec.Struct, frozen=True):
    maker: str
    taker: str


class Discount(msgspec.Struct, rename="camel", frozen=True):
    enabled_for_account: bool
    enabled_for_symbol: bool
    discount_asset: str
    discount: str


class OrderCommissionReply(msgspec.Struct, rename="camel", frozen=True):
    standard_commission_for_order: Rates
    special_commission_for_order: Rates
    tax_commission_for_order: Rates
    discount: Discount


def prepare(desk: Desk, call: Call) -> Work:
    command = order_command(desk, call, call.symbol(desk.symbols))
    reply_type(call.parameters, command.type)
    violation = desk.engine.violation(command)
    if violation is not None:
        raise refusal(violation)
    if call.flag("computeCommissionRates"):
        return partial(_commission, desk)
    return lambda: b"{}"


def _commission(desk: Desk) -> bytes:
    """Everybody pays the exchange's fees: there are no special rates, taxes or discounts here."""
    fees, nothing = desk.engine.fees, Rates(rate(0), rate(0))
    standard = Rates(rate(fees.maker_ppm), rate(fees.taker_ppm))
    no_discount = Discount(enabled_for_account=False, enabled_for_symbol=False, discount_asset="BNB", discount=rate(0))
    return ENCODER.encode(OrderCommissionReply(standard, nothing, nothing, no_discount))
