"""GET exchangeInfo: what is traded and under which filters.

PRICE_FILTER comes first and permissions are in ``permissionSets``, because clients look for them there. The rate limits
are those in force, and none where limits are off: a client must not be told of limits that do not exist.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.commands import OrderType, SelfTradePrevention, SymbolStatus
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import bad_combination, invalid_value
from mock_exchange.gateway.filter_replies import Filter, filters_of
from mock_exchange.gateway.market_selection import STATUS, wanted_status
from mock_exchange.gateway.order_replies import ENCODER
from mock_exchange.limits.limiter import RateLimitReply

KNOWN: Final = frozenset(("symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus"))

_PRECISION = 8
_SPOT: Final = "SPOT"
_PERMISSIONS: Final = frozenset((_SPOT, "MARGIN", "LEVERAGED", *(f"TRD_GRP_{group:03d}" for group in range(2, 26))))
"""Those that there are. Source: Binance Spot API documentation, enums."""
_PERMISSION_LIST: Final = msgspec.json.Decoder(list[str])

PermissionSets = tuple[tuple[str, ...], ...]


class SymbolReply(msgspec.Struct, rename="camel", frozen=True):
    """The venue's fields in its order; what has a default is the same for every symbol."""

    symbol: str
    status: str
    base_asset: str
    quote_asset: str
    filters: list[Filter]
    permission_sets: PermissionSets
    base_asset_precision: int = _PRECISION
    quote_precision: int = _PRECISION
    quote_asset_precision: int = _PRECISION
    base_commission_precision: int = _PRECISION
    quote_commission_precision: int = _PRECISION
    order_types: tuple[str, ...] = tuple(kind.value for kind in OrderType)
    iceberg_allowed: bool = True
    oco_allowed: bool = True
    oto_allowed: bool = True
    opo_allowed: bool = False
    quote_order_qty_market_allowed: bool = True
    allow_trailing_stop: bool = True
    cancel_replace_allowed: bool = True
    amend_allowed: bool = True
    peg_instructions_allowed: bool = False
    is_spot_trading_allowed: bool = True
    is_margin_trading_allowed: bool = False
    permissions: tuple[str, ...] = ()
    default_self_trade_prevention_mode: str = SelfTradePrevention.NONE.value
    allowed_self_trade_prevention_modes: tuple[str, ...] = tuple(mode.value for mode in SelfTradePrevention)


class ExchangeInfoReply(msgspec.Struct, rename="camel", frozen=True):
    server_time: int
    symbols: list[SymbolReply]
    rate_limits: list[RateLimitReply]
    timezone: str = "UTC"
    exchange_filters: tuple[()] = ()


def prepare(desk: Desk, call: Call) -> Work:
    named = "symbol" in call.parameters or "symbols" in call.parameters
    if named and ("permissions" in call.parameters or STATUS in call.parameters):
        raise bad_combination()
    symbols = call.symbols(desk.symbols) if _SPOT in _permissions(call) else []
    sets = ((_SPOT,),) if call.flag("showPermissionSets", default=True) else ()
    return partial(_exchange_info, desk, symbols, wanted_status(call), sets)


def _permissions(call: Call) -> set[str]:
    """One word or a JSON list of words; a symbol with any of them is wanted."""
    text = call.optional("permissions")
    if not text:
        return {_SPOT}
    try:
        wanted = set(_PERMISSION_LIST.decode(text) if text.startswith("[") else [text])
    except msgspec.DecodeError:
        raise invalid_value("permissions") from None
    if not wanted <= _PERMISSIONS:
        raise invalid_value("permissions")
    return wanted


def _exchange_info(desk: Desk, symbols: Iterable[Symbol], wanted: SymbolStatus | None, sets: PermissionSets) -> bytes:
    states = ((symbol, desk.status(symbol)) for symbol in symbols)
    replies = [_symbol_reply(symbol, status, sets) for symbol, status in states if wanted in (None, status)]
    return ENCODER.encode(ExchangeInfoReply(desk.server_time.now_ms(), replies, desk.limiter.rate_limits()))


def _symbol_reply(symbol: Symbol, status: SymbolStatus, sets: PermissionSets) -> SymbolReply:
    return SymbolReply(symbol.name, status.value, symbol.base, symbol.quote, filters_of(symbol), sets)
