"""Whether an order's own numbers are allowed: the venue's filters, in the order in which exchangeInfo lists them.

Source: Binance Spot API documentation, filters. Averages are compared as fractions, so no rounding decides.
"""

from typing import Final

from mock_exchange.engine.average import AveragePrice
from mock_exchange.engine.commands import OrderType, PlaceOrder, Side, TimeInForce
from mock_exchange.engine.events import Rejection
from mock_exchange.engine.holds import MARKET_STOPS
from mock_exchange.engine.orders import Order
from mock_exchange.engine.stops import STOPS
from mock_exchange.engine.symbols import UNITS_PER_ASSET, Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_GTC: Final = TimeInForce.GTC


def violation(symbol: Symbol, average: AveragePrice, command: PlaceOrder) -> Rejection | None:
    """The first filter that the order breaks."""
    if command.type is _LIMIT or (command.type is not _MARKET and command.type not in STOPS):
        return _limit_violation(symbol, average, command)
    if command.type is not _MARKET:
        return _stop_violation(symbol, average, command)
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
    return _iceberg_violation(symbol, command) if command.iceberg else None


def _iceberg_violation(symbol: Symbol, command: PlaceOrder) -> Rejection | None:
    if command.time_in_force is not _GTC:
        return Rejection.UNSUPPORTED
    if command.iceberg > command.quantity:
        return Rejection.ICEBERG_EXCEEDS
    parts = -(-command.quantity // command.iceberg)
    return Rejection.ICEBERG_PARTS if parts > symbol.iceberg_parts_max else None


def _stop_violation(symbol: Symbol, average: AveragePrice, command: PlaceOrder) -> Rejection | None:
    """A stop price is a price, the rest of the order is that of the limit or market order that it becomes."""
    if not command.stop_price and not command.trailing_delta:
        return Rejection.UNSUPPORTED
    if command.stop_price and not symbol.ticks_min <= command.stop_price <= symbol.ticks_max:
        return Rejection.PRICE_FILTER
    if command.trailing_delta and not symbol.trailing_delta_min <= command.trailing_delta <= symbol.trailing_delta_max:
        return Rejection.TRAILING_DELTA
    if command.type in MARKET_STOPS:
        return _market_violation(symbol, average, command.quantity)
    return _limit_violation(symbol, average, command)


def _price_near_average(symbol: Symbol, average: AveragePrice, side: Side, price: int) -> bool:
    numerator, denominator = average.amount, average.lots  # as ``ratio`` gives them, without the call
    if average.is_wrong:
        numerator, denominator = average.ratio()
    elif not denominator:
        numerator, denominator = average.last_price, 1
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


def smaller_violation(symbol: Symbol, order: Order, lots: int) -> Rejection | None:
    """What an open order breaks whose quantity is amended."""
    if lots < symbol.lots_min:
        return Rejection.LOT_SIZE
    if order.price and symbol.notional(order.price, lots) < symbol.notional_units_min:
        return Rejection.NOTIONAL
    return None


def quote_order_violation(symbol: Symbol, lots: int) -> Rejection | None:
    """What a market order by quote amount breaks, once the book has said how many lots its amount buys."""
    if lots < symbol.lots_min:
        return Rejection.LOT_SIZE
    return Rejection.MARKET_LOT_SIZE if lots > symbol.market_lots_max else None
