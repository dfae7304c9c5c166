"""What a call weighs, where that depends on its parameters.

Source: Binance Spot API documentation, REST endpoints (weights of 2026-07). Parameters are looked at before they are
checked: what is no number weighs as if it had not been sent, and is refused afterwards.
"""

from collections.abc import Callable, Mapping
from typing import Final

Parameters = Mapping[str, str]
Weight = int | Callable[[Parameters], int]

_DEPTH_DEFAULT: Final = 100
_DEPTH_STEPS: Final = ((100, 5), (500, 25), (1000, 50))
_DEPTH_LONGEST: Final = 250
_DAY_STEPS: Final = ((20, 2), (100, 40))
_DAY_ALL: Final = 80
_PER_SYMBOL: Final = 4
_PER_SYMBOL_MAX: Final = 200
_RULES_ALL: Final = 40


def weigh(weight: Weight, parameters: Parameters) -> int:
    return weight if isinstance(weight, int) else weight(parameters)


def depth(parameters: Parameters) -> int:
    """By the number of levels that are asked for."""
    limit = _number(parameters.get("limit", ""), _DEPTH_DEFAULT)
    return next((weight for levels, weight in _DEPTH_STEPS if limit <= levels), _DEPTH_LONGEST)


def price_ticker(parameters: Parameters) -> int:
    """ticker/price and ticker/bookTicker."""
    return 2 if "symbol" in parameters else 4


def day_ticker(parameters: Parameters) -> int:
    """ticker/24hr: by the number of symbols; all of them where none is named."""
    count = _symbols(parameters)
    return next((weight for symbols, weight in _DAY_STEPS if 0 < count <= symbols), _DAY_ALL)


def rolling_ticker(parameters: Parameters) -> int:
    """ticker and ticker/tradingDay: so much for each symbol."""
    return min(_PER_SYMBOL * max(1, _symbols(parameters)), _PER_SYMBOL_MAX)


def execution_rules(parameters: Parameters) -> int:
    return min(2 * _symbols(parameters), _RULES_ALL) if _symbols(parameters) else _RULES_ALL


def test_order(parameters: Parameters) -> int:
    return 20 if parameters.get("computeCommissionRates", "").lower() == "true" else 1


def open_orders(parameters: Parameters) -> int:
    return 6 if "symbol" in parameters else 80


def my_trades(parameters: Parameters) -> int:
    return 5 if "orderId" in parameters else 20


def prevented_matches(parameters: Parameters) -> int:
    """myPreventedMatches: cheap by the id of the match, dear by the order."""
    return 2 if "preventedMatchId" in parameters else 20


def _symbols(parameters: Parameters) -> int:
    """How many symbols are named: ``symbol``, or ``symbols`` with a JSON list of texts; 0 for none."""
    if "symbol" in parameters:
        return 1
    listed = parameters.get("symbols", "")
    return listed.count(",") + 1 if listed else 0


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else default
