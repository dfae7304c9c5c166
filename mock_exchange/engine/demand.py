"""What an order asks for, computed before anything changes: how many lots, and how much its account must have free.

A market order is measured against the book as it is: the account must be able to pay for all that the book can give
it, otherwise the order is refused as a whole (Binance Spot documentation, FAQ on MARKET orders).
"""

from typing import Final

import msgspec

from mock_exchange.engine.book import BookSide
from mock_exchange.engine.commands import OrderType, PlaceOrder, Side
from mock_exchange.engine.filters import is_by_quote
from mock_exchange.engine.symbols import Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL
_MARKET: Final = OrderType.MARKET


class Demand(msgspec.Struct, frozen=True, gc=False):
    lots: int
    funds: int
    """1e-8 of the asset given away (quote for a buyer, base for a seller) that must be free."""
    starved: bool = False
    """A market order by quote amount whose amount is larger than what the book holds: its rest expires."""


def demand(symbol: Symbol, opposite: BookSide, command: PlaceOrder) -> Demand:
    """Raises nothing: what is not affordable or not allowed is for the caller to see."""
    if command.quote_quantity and is_by_quote(command):
        return _by_quote(symbol, opposite, command)
    lots = command.quantity
    if command.side is _SELL:
        return Demand(lots, lots * symbol.lot_units)
    if command.type is _MARKET:
        return Demand(lots, _cost(opposite, lots) * symbol.notional_units)
    return Demand(lots, command.price * lots * symbol.notional_units)


def _by_quote(symbol: Symbol, opposite: BookSide, command: PlaceOrder) -> Demand:
    lots, starved = _lots_for(symbol, opposite, command.quote_quantity)
    funds = command.quote_quantity if command.side is _BUY else lots * symbol.lot_units
    return Demand(lots, funds, starved)


def _cost(opposite: BookSide, lots: int) -> int:
    """Ticks times lots for up to ``lots``, best price first, as far as the book goes."""
    cost = 0
    for level in opposite:
        taken = min(lots, level.quantity)
        cost += taken * level.price
        lots -= taken
        if not lots:
            break
    return cost


def _lots_for(symbol: Symbol, opposite: BookSide, amount: int) -> tuple[int, bool]:
    """How many lots an amount of the quote asset comes to, at most, and whether the book ended before the amount."""
    lots = 0
    for level in opposite:
        lot_cost = level.price * symbol.notional_units
        taken = min(amount // lot_cost, level.quantity)
        lots += taken
        amount -= taken * lot_cost
        if taken < level.quantity:
            return lots, False
    return lots, amount > 0


def can_fill(opposite: BookSide, price: int, lots: int) -> bool:
    """Whether all lots of a limit order would trade at once: what FOK asks."""
    key_min = opposite.sign * price
    for level in opposite:
        if opposite.sign * level.price < key_min:
            return False
        lots -= level.quantity
        if lots <= 0:
            return True
    return False
