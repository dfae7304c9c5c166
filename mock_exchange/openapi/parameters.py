"""What each parameter of the API may hold. Every name that a route knows is found here; a test sees to it."""

from collections.abc import Mapping
from typing import Final

from mock_exchange.engine.commands import OrderType, Side, TimeInForce

Schema = Mapping[str, object]


def _one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


_INTEGER: Final[Schema] = {"type": "integer", "format": "int64", "minimum": 0}
_DECIMAL: Final[Schema] = {"type": "string", "pattern": r"^[0-9]{1,20}(\.[0-9]{1,8})?$"}
_CLIENT_ID: Final[Schema] = {"type": "string", "pattern": r"^[a-zA-Z0-9\-_]{1,36}$"}
_FLAG: Final[Schema] = {"type": "boolean"}
_TEXT: Final[Schema] = {"type": "string"}
_SIDE: Final = _one_of(*(side.value for side in Side))
_TYPE: Final = _one_of(*(kind.value for kind in OrderType))
_TIME_IN_FORCE: Final = _one_of(*(time.value for time in TimeInForce))

LEGS: Final = ("pendingAbove", "pendingBelow", "pending", "working", "above", "below")
"""What the parameters of an order list begin with: each leg has those of an order, with a capital."""

_BY_NAME: Final[Mapping[str, Schema]] = {
    "symbol": {"type": "string", "pattern": r"^[A-Z0-9\-_.]{1,20}$"},
    "symbols": {"type": "string", "description": 'A JSON list: ["BTCUSDT","ETHUSDT"]'},
    "recvWindow": {"type": "number", "minimum": 0, "maximum": 60000, "default": 5000, "description": "Milliseconds"},
    "timestamp": {**_INTEGER, "description": "Milliseconds or microseconds since the epoch"},
    "side": _SIDE,
    "type": _TYPE,
    "timeInForce": _TIME_IN_FORCE,
    "newOrderRespType": _one_of("ACK", "RESULT", "FULL"),
    "selfTradePreventionMode": _one_of("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT"),
    "cancelRestrictions": _one_of("ONLY_NEW", "ONLY_PARTIALLY_FILLED"),
    "cancelReplaceMode": _one_of("STOP_ON_FAILURE", "ALLOW_FAILURE"),
    "orderRateLimitExceededMode": _one_of("DO_NOTHING"),
    "pegOffsetValue": _INTEGER,
    "symbolStatus": _one_of("TRADING", "HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY"),
}

_BY_ENDING: Final[tuple[tuple[str, Schema], ...]] = (
    ("ClientOrderId", _CLIENT_ID),
    ("clientOrderId", _CLIENT_ID),
    ("Time", _INTEGER),
    ("Id", _INTEGER),
    ("Delta", _INTEGER),
    ("OffsetValue", _INTEGER),
    ("limit", _INTEGER),
    ("current", _INTEGER),
    ("size", _INTEGER),
    ("offset", _INTEGER),
    ("strategyType", _INTEGER),
    ("StrategyType", _INTEGER),
    ("rice", _DECIMAL),
    ("uantity", _DECIMAL),
    ("Qty", _DECIMAL),
    ("omitZeroBalances", _FLAG),
    ("computeCommissionRates", _FLAG),
    ("showPermissionSets", _FLAG),
    ("includeSource", _FLAG),
    ("needBtcValuation", _FLAG),
    ("Side", _SIDE),
    ("Type", _TYPE),
    ("TimeInForce", _TIME_IN_FORCE),
)

_TEXTS: Final = frozenset(
    ("signature", "permissions", "interval", "timeZone", "windowSize", "listenKey", "asset", "coin", "status")
)


def schema_of(name: str) -> Schema:
    """Raises KeyError for a name that nobody has described."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in _TEXTS:
        return _TEXT
    for ending, schema in _BY_ENDING:
        if name.endswith(ending):
            return schema
    raise KeyError(name)
