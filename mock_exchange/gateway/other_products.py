"""What unmodified clients ask of the venue's other products before they trade Spot: margin, wallet, futures.

The answers are honest: nothing is offered there, except the coins that Spot trades and what trading costs. ccxt,
freqtrade and others call these on start-up (seen in their sources).
"""

from collections.abc import Callable
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
KNOWN_HISTORY: Final = frozenset(
    ("asset", "coin", "current", "endTime", "includeSource", "limit", "offset", "size", "startTime", "status", "type")
)
"""Of the lists of what was paid in, out and over."""
KNOWN_ASSETS: Final = frozenset(("asset", "needBtcValuation"))

_NOTHING: Final = b"[]"
_NO_ROWS: Final = b'{"rows":[],"total":0}'
_NO_DUST: Final = b'{"total":0,"userAssetDribblets":[]}'
_NORMAL: Final = b'{"data":"Normal"}'
_TRADING: Final = b'{"data":{"isLocked":false,"plannedRecoverTime":0,"triggerCondition":{},"updateTime":0}}'
_NO_BURN: Final = b'{"spotBNBBurn":false,"interestBNBBurn":false}'
_RESTRICTIONS: Final = msgspec.json.encode(
    {
        "ipRestrict": False,
        "createTime": 0,
        "enableReading": True,
        "enableSpotAndMarginTrading": True,
        **dict.fromkeys(
            (
                "enableWithdrawals",
                "enableInternalTransfer",
                "enableMargin",
                "enableFutures",
                "permitsUniversalTransfer",
                "enableVanillaOptions",
                "enablePortfolioMarginTrading",
                "enableFixApiTrade",
                "enableFixReadOnly",
            ),
            False,
        ),
    }
)
"""What a key may do: all that there is to do here."""


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


class AssetReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    asset: str
    free: str
    locked: str
    freeze: str = "0"
    withdrawing: str = "0"
    ipoable: str = "0"
    btc_valuation: str = "0"


def prepare_assets(desk: Desk, call: Call) -> Work:
    return partial(_assets, desk, call.account, call.optional("asset"))


def _assets(desk: Desk, account: int, wanted: str) -> bytes:
    """What the account has of the wanted asset, or of each."""
    held = desk.engine.balances(account).items()
    return ENCODER.encode(
        [
            AssetReply(asset, amount(balance.free), amount(balance.locked))
            for asset, balance in held
            if wanted in ("", asset) and (balance.free or balance.locked)
        ]
    )


def _always(body: bytes) -> Callable[[Desk, Call], Work]:
    """A handler that has one answer."""
    return lambda desk, call: lambda: body  # noqa: ARG005 - the signature of every handler


prepare_nothing: Final = _always(_NOTHING)
prepare_no_rows: Final = _always(_NO_ROWS)
prepare_no_dust: Final = _always(_NO_DUST)
prepare_account_status: Final = _always(_NORMAL)
prepare_trading_status: Final = _always(_TRADING)
prepare_restrictions: Final = _always(_RESTRICTIONS)
prepare_no_burn: Final = _always(_NO_BURN)
prepare_status: Final = _always(b'{"status":0,"msg":"normal"}')


def prepare_fees(desk: Desk, call: Call) -> Work:
    name = call.optional("symbol")
    if name and name not in desk.symbols:
        raise invalid_symbol()
    fees = desk.engine.fees
    maker, taker = rate(fees.maker_ppm), rate(fees.taker_ppm)
    replies = [FeeReply(each, maker, taker) for each in desk.symbols if name in ("", each)]
    return lambda: ENCODER.encode(replies)


def prepare_futures_info(desk: Desk, call: Call) -> Work:  # noqa: ARG001 - the signature of every handler
    return lambda: ENCODER.encode(FuturesInfoReply(desk.server_time.now_ms()))
