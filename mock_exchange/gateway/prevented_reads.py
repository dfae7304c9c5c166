"""GET myPreventedMatches: what an account was kept from trading with itself.

Source: Binance Spot API documentation, query prevented matches, with the combinations of parameters that it allows.
"""

from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from mock_exchange.engine.events import Prevented
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import bad_combination
from mock_exchange.gateway.order_replies import ENCODER

KNOWN: Final = frozenset(("symbol", "preventedMatchId", "orderId", "fromPreventedMatchId", "limit"))

_DEFAULT: Final = 500
_MAX: Final = 1000


class PreventedReply(msgspec.Struct, rename="camel", frozen=True):
    symbol: str
    prevented_match_id: int
    taker_order_id: int
    maker_symbol: str
    maker_order_id: int
    trade_group_id: int
    self_trade_prevention_mode: str
    price: str
    transact_time: int
    taker_prevented_quantity: str | UnsetType = UNSET
    maker_prevented_quantity: str | UnsetType = UNSET


def prepare(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    by_order = "orderId" in call.parameters
    if by_order is ("preventedMatchId" in call.parameters) or ("fromPreventedMatchId" in call.parameters) > by_order:
        raise bad_combination()
    limit = call.limit(_DEFAULT, _MAX)
    if by_order:
        from_id = call.integer("fromPreventedMatchId")
        order_id = call.integer("orderId")
        return partial(_of_order, desk, call.account, symbol, order_id=order_id, from_id=from_id, limit=limit)
    return partial(_one, desk, call.account, symbol, call.integer("preventedMatchId"))


def _one(desk: Desk, account: int, symbol: Symbol, match_id: int) -> bytes:
    matches = desk.engine.prevented_matches(account, symbol.name)
    return _encoded(symbol, (match for match in matches if match.prevented_match_id == match_id))


def _of_order(desk: Desk, account: int, symbol: Symbol, *, order_id: int, from_id: int, limit: int) -> bytes:
    """Oldest first."""
    matches = desk.engine.prevented_matches(account, symbol.name)
    of_order = (match for match in matches if order_id in (match.taker_order_id, match.maker_order_id))
    return _encoded(symbol, islice((match for match in of_order if match.prevented_match_id >= from_id), limit))


def _encoded(symbol: Symbol, matches: Iterable[Prevented]) -> bytes:
    return ENCODER.encode([_prevented_reply(symbol, match) for match in matches])


def _prevented_reply(symbol: Symbol, match: Prevented) -> PreventedReply:
    return PreventedReply(
        match.symbol,
        match.prevented_match_id,
        match.taker_order_id,
        match.symbol,
        match.maker_order_id,
        match.prevented_match_id,
        match.mode,
        symbol.format_price(match.price),
        match.time_ms,
        symbol.format_quantity(match.taker_prevented) if match.taker_prevented else UNSET,
        symbol.format_quantity(match.maker_prevented) if match.maker_prevented else UNSET,
    )
