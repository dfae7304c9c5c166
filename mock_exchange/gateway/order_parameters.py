"""From parameters to an order: which of them each type needs, and which it refuses.

The same for an order of its own and for a member of a list, whose parameters have the name of its place in front.
Source: Binance Spot API documentation, new order and order lists.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from mock_exchange.engine.commands import OrderType, PlaceOrder, SelfTradePrevention, Side, Strategy, TimeInForce
from mock_exchange.engine.stops import STOPS
from mock_exchange.engine.symbols import Symbol
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.errors import (
    VenueError,
    bad_combination,
    invalid_value,
    not_required,
    one_of,
    time_in_force_not_required,
)
from mock_exchange.gateway.order_replies import NO_LABEL

_LIMIT: Final = OrderType.LIMIT
_LIMIT_MAKER: Final = OrderType.LIMIT_MAKER
_MARKET: Final = OrderType.MARKET
_GTC: Final = TimeInForce.GTC

_TIMED: Final = frozenset((_LIMIT, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT))
_PRICED: Final = _TIMED | {_LIMIT_MAKER}

SIDES: Mapping[str, Side] = MappingProxyType({side.value: side for side in Side})
ORDER_TYPES: Mapping[str, OrderType] = MappingProxyType({kind.value: kind for kind in OrderType})
TIMES_IN_FORCE: Mapping[str, TimeInForce] = MappingProxyType({time.value: time for time in TimeInForce})
_PREVENTIONS: Mapping[str, SelfTradePrevention] = MappingProxyType({mode.value: mode for mode in SelfTradePrevention})
_NO_PREVENTION: Final = SelfTradePrevention.NONE
_TRANSFER: Final = "TRANSFER"
_STRATEGY_TYPE_MIN: Final = 1_000_000
_NO_STRATEGY: Final = Strategy()


class Names(msgspec.Struct, frozen=True):
    """What the parameters of one order are called; empty where there is none."""

    place: str
    """Where in a list the order stands, such as ``pendingAbove``; empty for an order of its own."""
    type: str
    side: str
    quantity: str
    client_order_id: str
    quote_quantity: str = "quoteOrderQty"
    price: str = "price"
    stop_price: str = "stopPrice"
    trailing_delta: str = "trailingDelta"
    iceberg: str = "icebergQty"
    time_in_force: str = "timeInForce"
    strategy_id: str = "strategyId"
    strategy_type: str = "strategyType"
    peg: tuple[str, ...] = ("pegPriceType", "pegOffsetType", "pegOffsetValue")

    @property
    def known(self) -> frozenset[str]:
        """All of them but the amount in the quote asset, which lists do not have."""
        texts = (getattr(self, field) for field in self.__struct_fields__ if field not in ("place", "peg"))
        return frozenset((*texts, *self.peg)) - {self.quote_quantity, ""}


OWN: Final = Names("", "type", "side", "quantity", "newClientOrderId")
"""The names of an order of its own."""


def names_in_list(place: str, side: str = "side", quantity: str = "quantity") -> Names:
    """``place`` in front of the names; ``side`` and ``quantity`` may be those of several members."""
    return Names(
        place,
        place + "Type",
        side,
        quantity,
        place + "ClientOrderId",
        quote_quantity="",
        price=place + "Price",
        stop_price=place + "StopPrice",
        trailing_delta=place + "TrailingDelta",
        iceberg=place + "IcebergQty",
        time_in_force=place + "TimeInForce",
        strategy_id=place + "StrategyId",
        strategy_type=place + "StrategyType",
        peg=(place + "PegPriceType", place + "PegOffsetType", place + "PegOffsetValue"),
    )


def order_command(
    desk: Desk, call: Call, symbol: Symbol, names: Names = OWN, kind: OrderType | None = None
) -> PlaceOrder:
    """The order that the parameters describe, or the error that says what is wrong with them.

    ``kind`` where the type is no parameter.
    """
    _refuse_pegs(call, names)
    side = call.choice(names.side, SIDES, -1117, "Invalid side.")
    kind = kind or call.choice(names.type, ORDER_TYPES, -1116, "Invalid orderType.")
    price = call.price(symbol, names.price) if kind in _PRICED else _absent(call, names.price)
    time_in_force = _time_in_force(call, names, kind)
    quantity, quote_quantity = _size(call, symbol, names, kind)
    stop_price, trailing_delta = _trigger(call, symbol, names, kind)
    visible = _visible(call, symbol, names, kind)
    if visible:
        _check_iceberg(names, time_in_force, visible, quantity)
    return PlaceOrder(
        call.account,
        symbol.name,
        side,
        kind,
        time_in_force,
        price,
        quantity,
        quote_quantity,
        call.client_id(names.client_order_id) or desk.identifiers.fresh(),
        call.time_ms,
        stop_price=stop_price,
        trailing_delta=trailing_delta,
        iceberg=visible,
        self_trade_prevention=_self_trade_prevention(call.parameters),
        strategy=_strategy(call, names),
    )


def _time_in_force(call: Call, names: Names, kind: OrderType) -> TimeInForce:
    if kind in _TIMED:
        return call.choice(names.time_in_force, TIMES_IN_FORCE, -1115, "Invalid timeInForce.")
    if names.time_in_force in call.parameters:
        raise time_in_force_not_required()
    return _GTC


def _size(call: Call, symbol: Symbol, names: Names, kind: OrderType) -> tuple[int, int]:
    """Lots, and the amount of the quote asset: one of them is 0."""
    if kind is not _MARKET or names.quote_quantity not in call.parameters:
        _absent(call, names.quote_quantity)
        return call.quantity(symbol, names.quantity), 0
    if names.quantity in call.parameters:
        raise bad_combination()
    return 0, call.amount(names.quote_quantity)


def _trigger(call: Call, symbol: Symbol, names: Names, kind: OrderType) -> tuple[int, int]:
    """Ticks of the stop price and basis points of the trailing delta: at least one, where the type has a trigger."""
    if kind not in STOPS:
        return _absent(call, names.stop_price), _absent(call, names.trailing_delta)
    stop_price = call.price(symbol, names.stop_price) if call.optional(names.stop_price) else 0
    trailing_delta = call.integer(names.trailing_delta)
    if not stop_price and not trailing_delta:
        raise one_of(names.stop_price, names.trailing_delta)
    return stop_price, trailing_delta


def _visible(call: Call, symbol: Symbol, names: Names, kind: OrderType) -> int:
    """Lots of an iceberg that show; 0 for an order that hides nothing."""
    if names.iceberg not in call.parameters:
        return 0
    if kind not in _PRICED:
        raise not_required(names.iceberg)
    return call.quantity(symbol, names.iceberg)


def _check_iceberg(names: Names, time_in_force: TimeInForce, visible: int, quantity: int) -> None:
    if time_in_force is not _GTC and names.place:
        raise VenueError(-1160, f"Parameter '{names.iceberg}' is not supported if '{names.time_in_force}' is not GTC.")
    if time_in_force is not _GTC:
        raise VenueError(-1014, "Unsupported order combination.")
    if visible > quantity:
        raise VenueError(-2010, "IcebergQty exceeds QTY.")


def _self_trade_prevention(parameters: Mapping[str, str]) -> SelfTradePrevention:
    text = parameters.get("selfTradePreventionMode")
    if text is None:
        return _NO_PREVENTION
    if text == _TRANSFER:
        raise VenueError(-2010, "This symbol does not allow the specified self-trade prevention mode.")
    mode = _PREVENTIONS.get(text)
    if mode is None:
        raise invalid_value("selfTradePreventionMode")
    return mode


def _strategy(call: Call, names: Names) -> Strategy | None:
    strategy = Strategy(call.integer(names.strategy_id, NO_LABEL), call.integer(names.strategy_type, NO_LABEL))
    if NO_LABEL < strategy.type < _STRATEGY_TYPE_MIN:
        raise VenueError(-1134, f"{names.strategy_type} was less than {_STRATEGY_TYPE_MIN}.")
    return None if strategy == _NO_STRATEGY else strategy


def _absent(call: Call, name: str) -> int:
    """Nothing, which is what an order of this type has to say here."""
    if name in call.parameters:
        raise not_required(name)
    return 0


def _refuse_pegs(call: Call, names: Names) -> None:
    if any(name in call.parameters for name in names.peg):
        raise VenueError(-2010, "Pegged orders are not supported for this symbol.")
