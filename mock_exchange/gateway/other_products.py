"""What unmodified clients ask of the venue's other products before they trade Spot: margin, wallet, futures.

The answers are honest: nothing is offered there, except the coins that Spot trades and what trading costs. ccxt,
freqtrade and others call these on start-up (seen in their sources).
"""

from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.orders import Balance
from mock_exchange.gateway.account_reads import rate
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import invalid_symbol
from mock_exchange.gateway.order_replies import ENCODER, amount

KNOWN_FEE: Final = frozenset(("symbol",))
KNOWN_PAIRS: Final = frozenset(("symbol", "symbols"))


class CoinReply(msgspec.Struct, rename="camel", frozen=True):
    coin: str
    name: str
    free: str
    locked: str
    deposit_all_enable: bool = False
    withdraw_all_enable: bool = False
    freeze: str = "0"
    withdrawing: str = "0"
    ipoing: str = "0"
    ipoable: str = "0"
    storage: str = "0"
    is_legal_money: bool = False
    trading: bool = True
    network_list: tuple[()] = ()


class FeeReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    maker_commission: str
    taker_commission: str


class FuturesInfoReply(msgspec.Struct, rename="camel", frozen=True):
    server_time: int
    timezone: str = "UTC"
    rate_limits: tuple[()] = ()
    exchange_filters: tuple[()] = ()
    assets: tuple[()] = ()
    symbols: tuple[()] = ()


def prepare_coins(desk: Desk, call: Call) -> Work:
    return partial(_coins, desk, call.account)


def _coins(desk: Desk, account: int) -> bytes:
    held = desk.engine.balances(account)
    balances = [(asset, held.get(asset) or Balance()) for asset in desk.assets]
    return ENCODER.encode(
        [CoinReply(asset, asset, amount(balance.free), amount(balance.locked)) for asset, balance in balances]
    )


def prepare_nothing(desk: Desk, call: Call) -> Work:  # noqa: ARG001 - the signature of every handler
    return lambda: b"[]"


def prepare_fees(desk: Desk, call: Call) -> Work:
    name = call.optional("symbol")
    if name and name not in desk.symbols:
        raise invalid_symbol()
    fees = desk.engine.fees
    maker, taker = rate(fees.maker_ppm), rate(fees.taker_ppm)
    replies = [FeeReply(each, maker, taker) for each in desk.symbols if name in ("", each)]
    return lambda: ENCODER.encode(replies)


def prepare_status(desk: Desk, call: Call) -> Work:  # noqa: ARG001
    return lambda: b'{"status":0,"msg":"normal"}'


def prepare_futures_info(desk: Desk, call: Call) -> Work:  # noqa: ARG001
    return lambda: ENCODER.encode(FuturesInfoReply(desk.now_ms()))
