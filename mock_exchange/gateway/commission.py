"""GET account/commission: what trading a symbol costs the account. Every account pays the exchange's two rates."""

from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.account_reads import rate
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_replies import ENCODER

KNOWN: Final = frozenset(("symbol",))


class Rates(msgspec.Struct, frozen=True, gc=False):
    maker: str
    taker: str
    buyer: str
    seller: str


class Discount(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """For paying in the venue's own coin, which is not possible here."""

    enabled_for_account: bool = False
    enabled_for_symbol: bool = False
    discount_asset: str = "BNB"
    discount: str = "0.00000000"


class CommissionReply(msgspec.Struct, rename="camel", frozen=True):
    symbol: str
    standard_commission: Rates
    special_commission: Rates
    tax_commission: Rates
    discount: Discount


_NOTHING: Final = Rates(*([rate(0)] * 4))


def prepare(desk: Desk, call: Call) -> Work:
    return partial(_commission, desk, call.symbol(desk.symbols))


def _commission(desk: Desk, symbol: Symbol) -> bytes:
    fees = desk.engine.fees
    standard = Rates(rate(fees.maker_ppm), rate(fees.taker_ppm), rate(0), rate(0))
    return ENCODER.encode(CommissionReply(symbol.name, standard, _NOTHING, _NOTHING, Discount()))
