"""GET account: what an account has, and what it pays."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.orders import Balance
from mock_exchange.engine.symbols import format_amount
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_replies import ENCODER, amount

KNOWN: Final = frozenset(("omitZeroBalances",))
KNOWN_ALLOCATIONS: Final = frozenset(("symbol", "startTime", "endTime", "fromAllocationId", "limit", "orderId"))

_PPM_PER_BASIS_POINT = 100
_UNITS_PER_PPM = 100


class BalanceReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    asset: str
    free: str
    locked: str


class CommissionRates(msgspec.Struct, rename="camel", frozen=True, gc=False):
    maker: str
    taker: str
    buyer: str
    seller: str


class AccountReply(msgspec.Struct, rename="camel", frozen=True):
    maker_commission: int
    taker_commission: int
    buyer_commission: int
    seller_commission: int
    commission_rates: CommissionRates
    can_trade: bool
    can_withdraw: bool
    can_deposit: bool
    brokered: bool
    require_self_trade_prevention: bool
    prevent_sor: bool
    update_time: int
    account_type: str
    balances: list[BalanceReply]
    permissions: list[str]
    uid: int


def prepare(desk: Desk, call: Call) -> Work:
    return partial(_account, desk, call.account, omit_zero=call.flag("omitZeroBalances"), time_ms=call.time_ms)


def _account(desk: Desk, account: int, *, omit_zero: bool, time_ms: int) -> bytes:
    fees = desk.engine.fees
    maker, taker = fees.maker_ppm // _PPM_PER_BASIS_POINT, fees.taker_ppm // _PPM_PER_BASIS_POINT
    reply = AccountReply(
        maker_commission=maker,
        taker_commission=taker,
        buyer_commission=0,
        seller_commission=0,
        commission_rates=CommissionRates(rate(fees.maker_ppm), rate(fees.taker_ppm), rate(0), rate(0)),
        can_trade=True,
        can_withdraw=True,
        can_deposit=True,
        brokered=False,
        require_self_trade_prevention=False,
        prevent_sor=False,
        update_time=time_ms,
        account_type="SPOT",
        balances=list(_balances(desk, account, omit_zero=omit_zero)),
        permissions=["SPOT"],
        uid=account,
    )
    return ENCODER.encode(reply)


def rate(ppm: int) -> str:
    """A commission rate as the venue writes it: 1000 ppm is "0.00100000"."""
    return format_amount(ppm * _UNITS_PER_PPM)


def _balances(desk: Desk, account: int, *, omit_zero: bool) -> Iterator[BalanceReply]:
    """Every asset of the exchange, whether the account ever had it or not, as the venue lists them."""
    held = desk.engine.balances(account)
    for asset in dict.fromkeys((*desk.assets, *held)):
        balance = held.get(asset) or Balance()
        if not omit_zero or balance.free or balance.locked:
            yield BalanceReply(asset, amount(balance.free), amount(balance.locked))
