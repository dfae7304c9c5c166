"""GET exchangeInfo: what is traded and under which filters.

PRICE_FILTER comes first and permissions are in ``permissionSets``, because clients look for them there. The rate limits
are those in force, and none where limits are off: a client must not be told of limits that do not exist.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.commands import OrderType
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_replies import ENCODER, NO_SELF_TRADE_PREVENTION
from mock_exchange.limits.limiter import RateLimitReply

KNOWN: Final = frozenset(("symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus"))

_PRECISION = 8

Filter = dict[str, str | int | bool]


class SymbolReply(msgspec.Struct, rename="camel", frozen=True):
    symbol: str
    base_asset: str
    quote_asset: str
    filters: list[Filter]
    status: str = "TRADING"
    base_asset_precision: int = _PRECISION
    quote_precision: int = _PRECISION
    quote_asset_precision: int = _PRECISION
    base_commission_precision: int = _PRECISION
    quote_commission_precision: int = _PRECISION
    order_types: tuple[str, ...] = tuple(kind.value for kind in OrderType)
    iceberg_allowed: bool = False
    oco_allowed: bool = False
    oto_allowed: bool = False
    opo_allowed: bool = False
    quote_order_qty_market_allowed: bool = True
    allow_trailing_stop: bool = False
    cancel_replace_allowed: bool = False
    amend_allowed: bool = False
    peg_instructions_allowed: bool = False
    is_spot_trading_allowed: bool = True
    is_margin_trading_allowed: bool = False
    permissions: tuple[str, ...] = ()
    permission_sets: tuple[tuple[str, ...], ...] = (("SPOT",),)
    default_self_trade_prevention_mode: str = NO_SELF_TRADE_PREVENTION
    allowed_self_trade_prevention_modes: tuple[str, ...] = (NO_SELF_TRADE_PREVENTION,)


class ExchangeInfoReply(msgspec.Struct, rename="camel", frozen=True):
    server_time: int
    symbols: list[SymbolReply]
    rate_limits: list[RateLimitReply]
    timezone: str = "UTC"
    exchange_filters: tuple[()] = ()


def prepare(desk: Desk, call: Call) -> Work:
    return partial(_exchange_info, desk, call.symbols(desk.symbols))


def _exchange_info(desk: Desk, symbols: Sequence[Symbol]) -> bytes:
    replies = [_symbol_reply(symbol) for symbol in symbols]
    return ENCODER.encode(ExchangeInfoReply(desk.now_ms(), replies, desk.limiter.rate_limits()))


def _symbol_reply(symbol: Symbol) -> SymbolReply:
    return SymbolReply(symbol.name, symbol.base, symbol.quote, _filters(symbol))


def _filters(symbol: Symbol) -> list[Filter]:
    """Source of names and fields: Binance Spot API documentation, filters."""
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": symbol.price_min,
            "maxPrice": symbol.price_max,
            "tickSize": symbol.tick_size,
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": symbol.quantity_min,
            "maxQty": symbol.quantity_max,
            "stepSize": symbol.lot_size,
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": "0.00000000",
            "maxQty": symbol.market_quantity_max,
            "stepSize": "0.00000000",
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": symbol.bid_multiplier_up,
            "bidMultiplierDown": symbol.bid_multiplier_down,
            "askMultiplierUp": symbol.ask_multiplier_up,
            "askMultiplierDown": symbol.ask_multiplier_down,
            "avgPriceMins": symbol.average_price_minutes,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": symbol.notional_min,
            "applyMinToMarket": True,
            "maxNotional": symbol.notional_max,
            "applyMaxToMarket": False,
            "avgPriceMins": symbol.average_price_minutes,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": symbol.open_orders_max},
    ]
