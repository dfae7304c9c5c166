"""GET executionRules, referencePrice and referencePrice/calculation: the venue's brake on prices that run away.

No symbol has such a rule here, so none has a reference price either, and the answers say so.
"""

from functools import partial
from typing import Final

import msgspec

from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError, bad_combination
from mock_exchange.gateway.market_selection import KNOWN as KNOWN_SELECTION
from mock_exchange.gateway.market_selection import STATUS, Selection
from mock_exchange.gateway.order_replies import ENCODER

KNOWN_RULES: Final = KNOWN_SELECTION
KNOWN_PRICE: Final = frozenset(("symbol", STATUS))


class SymbolRules(msgspec.Struct, frozen=True):
    symbol: str
    rules: tuple[()] = ()


class RulesReply(msgspec.Struct, rename="camel", frozen=True):
    symbol_rules: list[SymbolRules]


def prepare_rules(desk: Desk, call: Call) -> Work:
    if len(call.parameters) > 1:
        raise bad_combination()
    return partial(_rules, Selection(desk, call))


def _rules(selection: Selection) -> bytes:
    return ENCODER.encode(RulesReply([SymbolRules(symbol.name) for symbol in selection.now()]))


def prepare_price(desk: Desk, call: Call) -> Work:
    call.symbol(desk.symbols)
    return _no_price


def _no_price() -> bytes:
    raise VenueError(-2043, "This symbol doesn't have a reference price.")
