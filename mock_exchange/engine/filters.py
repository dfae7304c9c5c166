"""Whether an order's own numbers are allowed: the venue's filters, in the order in which exchangeInfo lists them.

Source: Binance Spot API documentation, filters. Averages are compared as fractions, so no rounding decides.
"""

from typing import Final

from mock_exchange.engine.average import AveragePrice
from mock_exchange.engine.commands import OrderType, PlaceOrder, Side
from mock_exchange.engine.events import Rejection
from mock_exchange.engine.symbols import UNITS_PER_ASSET, Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_MARKET: Final = OrderType.MARKET


def violation(symbol: Symbol, average: AveragePrice, command: PlaceOrder) -> Rejection | None:
    """The first filter that the order breaks."""
    if command.type is not _MARKET:
        return _limit_violation(symbol, average, command)
    if is_by_quote(command):
        return Rejection.NOTIONAL if command.quote_quantity < symbol.notional_units_min else None
    return _market_violation(symbol, average, command.quantity)


def is_by_quote(command: PlaceOrder) -> bool:
    """A market order that says what to spend or receive instead of how much to trade."""
    return command.type is _MARKET and command.quote_quantity > 0 and not command.quantity


def _limit_violation(symbol: Symbol, average: AveragePrice, command: PlaceOrder) -> Rejection | None:
    price, lots = command.price, command.quantity
    if not symbol.ticks_min <= price <= symbol.ticks_max:
        return Rejection.PRICE_FILTER
    if not symbol.lots_min <= lots <= symbol.lots_max:
        return Rejection.LOT_SIZE
    if not _price_near_average(symbol, average, command.side, price):
        return Rejection.PERCENT_PRICE_BY_SIDE
    notional = price * lots * symbol.notional_units
    if not symbol.notional_units_min <= notional <= symbol.notional_units_max:
        return Rejection.NOTIONAL
    return None


def _price_near_average(symbol: Symbol, average: AveragePrice, side: Side, price: int) -> bool:
    numerator, denominator = average.ratio()
    if not numerator:
        return True  # no trade yet, nothing to compare with
    bid_up, bid_down, ask_up, ask_down = symbol.multipliers
    up, down = (bid_up, bid_down) if side is _BUY else (ask_up, ask_down)
    return down * numerator <= price * denominator * UNITS_PER_ASSET <= up * numerator


def _market_violation(symbol: Symbol, average: AveragePrice, lots: int) -> Rejection | None:
    if not symbol.lots_min <= lots <= symbol.lots_max:
        return Rejection.LOT_SIZE
    if lots > symbol.market_lots_max:
        return Rejection.MARKET_LOT_SIZE
    numerator, denominator = average.ratio()
    if numerator and numerator * lots * symbol.notional_units < symbol.notional_units_min * denominator:
        return Rejection.NOTIONAL  # applyMinToMarket is true on the venue, applyMaxToMarket false
    return None


def quote_order_violation(symbol: Symbol, lots: int) -> Rejection | None:
    """What a market order by quote amount breaks, once the book has said how many lots its amount buys."""
    if lots < symbol.lots_min:
        return Rejection.LOT_SIZE
    return Rejection.MARKET_LOT_SIZE if lots > symbol.market_lots_max else None
