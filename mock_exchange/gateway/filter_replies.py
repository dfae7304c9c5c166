"""A symbol's filters as exchangeInfo and myFilters list them. PRICE_FILTER comes first: some clients look only there.

Source of names and fields: Binance Spot API documentation, filters.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.symbols import Symbol, format_amount, parse_amount
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.order_replies import ENCODER

KNOWN: Final = frozenset(("symbol",))

Filter = dict[str, str | int | bool]


class FiltersReply(msgspec.Struct, rename="camel", frozen=True):
    symbol_filters: list[Filter]
    exchange_filters: tuple[()] = ()
    asset_filters: tuple[()] = ()


def prepare(desk: Desk, call: Call) -> Work:
    """myFilters: every account has the same ones."""
    return partial(_my_filters, call.symbol(desk.symbols))


def _my_filters(symbol: Symbol) -> bytes:
    return ENCODER.encode(FiltersReply(filters_of(symbol)))


def filters_of(symbol: Symbol) -> list[Filter]:
    return [*_of_prices_and_quantities(symbol), *_of_values(symbol), *_of_counts(symbol)]


def _of_prices_and_quantities(symbol: Symbol) -> Sequence[Filter]:
    return (
        {
            "filterType": "PRICE_FILTER",
            "minPrice": _eight_decimals(symbol.price_min),
            "maxPrice": _eight_decimals(symbol.price_max),
            "tickSize": _eight_decimals(symbol.tick_size),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": _eight_decimals(symbol.quantity_min),
            "maxQty": _eight_decimals(symbol.quantity_max),
            "stepSize": _eight_decimals(symbol.lot_size),
        },
        {"filterType": "ICEBERG_PARTS", "limit": symbol.iceberg_parts_max},
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": "0.00000000",
            "maxQty": _eight_decimals(symbol.market_quantity_max),
            "stepSize": "0.00000000",
        },
        {
            "filterType": "TRAILING_DELTA",
            "minTrailingAboveDelta": symbol.trailing_delta_min,
            "maxTrailingAboveDelta": symbol.trailing_delta_max,
            "minTrailingBelowDelta": symbol.trailing_delta_min,
            "maxTrailingBelowDelta": symbol.trailing_delta_max,
        },
    )


def _of_values(symbol: Symbol) -> Sequence[Filter]:
    return (
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
            "minNotional": _eight_decimals(symbol.notional_min),
            "applyMinToMarket": True,
            "maxNotional": _eight_decimals(symbol.notional_max),
            "applyMaxToMarket": False,
            "avgPriceMins": symbol.average_price_minutes,
        },
    )


def _of_counts(symbol: Symbol) -> Sequence[Filter]:
    return (
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": symbol.open_orders_max},
        {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": symbol.order_lists_max},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": symbol.algo_orders_max},
        {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": symbol.order_amends_max},
    )


def _eight_decimals(text: str) -> str:
    return format_amount(parse_amount(text))
