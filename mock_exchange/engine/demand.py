"""What an order asks for, computed before anything changes: how many lots, and how much its account must have free.

A market order is measured against the book as it is: the account must be able to pay for all that the book can give
it, otherwise the order is refused as a whole (Binance Spot documentation, FAQ on MARKET orders). Hidden lots count.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from mock_exchange.engine.book import BookSide
from mock_exchange.engine.commands import OrderType, PlaceOrder, SelfTradePrevention, Side
from mock_exchange.engine.filters import is_by_quote
from mock_exchange.engine.holds import MARKET_STOPS
from mock_exchange.engine.orders import Order
from mock_exchange.engine.prevention import reachable
from mock_exchange.engine.symbols import Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL
_MARKET: Final = OrderType.MARKET
_LIMIT: Final = OrderType.LIMIT
_NO_PREVENTION: Final = SelfTradePrevention.NONE
_EXPIRE_MAKER: Final = SelfTradePrevention.EXPIRE_MAKER
_AT_ANY_PRICE: Final = MARKET_STOPS | {_MARKET}


class Demand(msgspec.Struct, frozen=True, gc=False):
    lots: int
    funds: int
    """1e-8 of the asset given away (quote for a buyer, base for a seller) that must be free."""
    starved: bool = False
    """A market order by quote amount whose amount is larger than what the book holds: its rest expires."""


def demand(symbol: Symbol, opposite: BookSide, order: PlaceOrder | Order) -> Demand:
    """Of an order that is about to work.

    Raises nothing: what is not affordable or not allowed is for the caller to see.
    """
    if order.quote_quantity and isinstance(order, PlaceOrder) and is_by_quote(order):
        return _by_quote(symbol, opposite, order)
    lots = order.quantity
    if order.side is _SELL:
        return Demand(lots, lots * symbol.lot_units)
    if order.type is not _LIMIT and order.type in _AT_ANY_PRICE:
        return Demand(lots, _cost(_offers(opposite, order), lots) * symbol.notional_units)
    return Demand(lots, order.price * lots * symbol.notional_units)


def _by_quote(symbol: Symbol, opposite: BookSide, command: PlaceOrder) -> Demand:
    lots, starved = _lots_for(symbol, _offers(opposite, command), command.quote_quantity)
    funds = command.quote_quantity if command.side is _BUY else lots * symbol.lot_units
    return Demand(lots, funds, starved)


def _offers(opposite: BookSide, order: PlaceOrder | Order) -> Iterable[tuple[int, int]]:
    """Price and lots that a market order is measured against, best first.

    Its account's own orders are left out only where they make way for worse prices; other modes of self-trade
    prevention can only make the order cheaper.
    """
    if order.self_trade_prevention is _EXPIRE_MAKER:
        return reachable(opposite, order)
    return ((level.price, level.quantity + level.hidden) for level in opposite)


def _cost(offers: Iterable[tuple[int, int]], lots: int) -> int:
    """Ticks times lots for up to ``lots``, best price first, as far as the book goes."""
    cost = 0
    for price, offered in offers:
        taken = min(lots, offered)
        cost += taken * price
        lots -= taken
        if not lots:
            break
    return cost


def _lots_for(symbol: Symbol, offers: Iterable[tuple[int, int]], amount: int) -> tuple[int, bool]:
    """How many lots an amount of the quote asset comes to, at most, and whether the book ended before the amount."""
    lots = 0
    for price, offered in offers:
        lot_cost = price * symbol.notional_units
        taken = min(amount // lot_cost, offered)
        lots += taken
        amount -= taken * lot_cost
        if taken < offered:
            return lots, False
    return lots, amount > 0


def can_fill(opposite: BookSide, order: Order) -> bool:
    """Whether all lots of a limit order would trade at once: what FOK asks."""
    key_min = opposite.sign * order.price
    lots = order.quantity
    if order.self_trade_prevention is _NO_PREVENTION:
        offers: Iterable[tuple[int, int]] = ((level.price, level.quantity + level.hidden) for level in opposite)
    else:
        offers = reachable(opposite, order)
    for price, offered in offers:
        if opposite.sign * price < key_min:
            return False
        lots -= offered
        if lots <= 0:
            return True
    return False
