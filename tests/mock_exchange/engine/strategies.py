"""Commands for a small, crowded exchange: few accounts, few prices and few names, so that orders meet."""

import msgspec
from hypothesis import strategies as st

from mock_exchange.engine.commands import (
    AmendOrder,
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    CancelRestriction,
    Deposit,
    ListKind,
    OrderType,
    PlaceOrder,
    PlaceOrderList,
    ReplaceOrder,
    SelfTradePrevention,
    SetSymbolStatus,
    Side,
    SymbolStatus,
    TimeInForce,
)
from mock_exchange.engine.orders import Fees
from mock_exchange.engine.symbols import Symbol

TIME_MS = 1_760_000_000_000
FEES = Fees(maker_ppm=70_001, taker_ppm=130_007)
"""Odd and high, so that commissions need rounding and would show if one were missing."""


def _crowded(base: str, *, open_orders_max: int) -> Symbol:
    return Symbol(
        name=f"{base}USDT",
        base=base,
        quote="USDT",
        tick_size="0.01",
        lot_size="0.00001",
        price_min="0.01",
        price_max="1000",
        quantity_min="0.00001",
        quantity_max="1000",
        market_quantity_max="1000",
        notional_min="0",
        bid_multiplier_up="1000",
        bid_multiplier_down="0",
        ask_multiplier_up="1000",
        ask_multiplier_down="0",
        open_orders_max=open_orders_max,
        algo_orders_max=3,
        order_amends_max=2,
        trailing_delta_min=1,
        trailing_delta_max=9_000,
    )


SYMBOLS = [_crowded("BTC", open_orders_max=4), _crowded("ETH", open_orders_max=200)]
ASSETS = ["BTC", "ETH", "USDT"]
ACCOUNTS = [1, 2, 3]

_accounts = st.sampled_from(ACCOUNTS)
_symbols = st.sampled_from([symbol.name for symbol in SYMBOLS])
_names = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h"])
_prices = st.integers(min_value=1, max_value=8)
_lots = st.integers(min_value=1, max_value=6)
_sides = st.sampled_from(Side)
_preventions = st.sampled_from([SelfTradePrevention.NONE, SelfTradePrevention.NONE, *SelfTradePrevention])
_times_in_force = st.sampled_from([TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK])

limit_orders = st.builds(
    PlaceOrder,
    account=_accounts,
    symbol=_symbols,
    side=_sides,
    type=st.sampled_from([OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT_MAKER]),
    time_in_force=_times_in_force,
    price=_prices,
    quantity=_lots,
    quote_quantity=st.just(0),
    client_order_id=_names,
    time_ms=st.just(TIME_MS),
    self_trade_prevention=_preventions,
)
icebergs = st.builds(
    lambda iceberg, hidden, **rest: PlaceOrder(quantity=iceberg + hidden, iceberg=iceberg, **rest),
    iceberg=st.integers(min_value=1, max_value=3),
    hidden=st.integers(min_value=0, max_value=6),
    account=_accounts,
    symbol=_symbols,
    side=_sides,
    type=st.sampled_from([OrderType.LIMIT, OrderType.LIMIT_MAKER]),
    time_in_force=st.just(TimeInForce.GTC),
    price=_prices,
    quote_quantity=st.just(0),
    client_order_id=_names,
    time_ms=st.just(TIME_MS),
    self_trade_prevention=_preventions,
)
_STOP_LIMITS = (OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT)
stop_orders = st.builds(
    lambda kind, price, stop, **rest: PlaceOrder(
        type=kind,
        price=price if kind in _STOP_LIMITS else 0,
        stop_price=stop[0],
        trailing_delta=stop[1],
        quote_quantity=0,
        time_ms=TIME_MS,
        **rest,
    ),
    kind=st.sampled_from([*_STOP_LIMITS, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT]),
    price=_prices,
    stop=st.one_of(
        st.tuples(_prices, st.just(0)),
        st.tuples(st.one_of(st.just(0), _prices), st.integers(min_value=1, max_value=9_000)),
    ),
    account=_accounts,
    symbol=_symbols,
    side=_sides,
    time_in_force=_times_in_force,
    quantity=_lots,
    client_order_id=_names,
    self_trade_prevention=_preventions,
)
market_orders = st.builds(
    lambda by_quote, lots, amount, **rest: PlaceOrder(
        quantity=0 if by_quote else lots, quote_quantity=amount if by_quote else 0, **rest
    ),
    by_quote=st.booleans(),
    lots=_lots,
    amount=st.integers(min_value=1, max_value=400),
    account=_accounts,
    symbol=_symbols,
    side=_sides,
    type=st.just(OrderType.MARKET),
    time_in_force=st.just(TimeInForce.GTC),
    price=st.just(0),
    client_order_id=_names,
    time_ms=st.just(TIME_MS),
    self_trade_prevention=_preventions,
)
meetings = limit_orders.flatmap(
    lambda order: st.tuples(
        st.just(order),
        st.builds(
            lambda account, name: msgspec.structs.replace(
                order, account=account, side=Side.SELL if order.side is Side.BUY else Side.BUY, client_order_id=name
            ),
            _accounts,
            _names,
        ),
    )
)
"""Two orders for as much at one price: they move the last price, where their accounts can pay."""
trailing_buys = st.builds(
    PlaceOrder,
    account=_accounts,
    symbol=_symbols,
    side=st.just(Side.BUY),
    type=st.sampled_from([OrderType.STOP_LOSS, OrderType.TAKE_PROFIT]),
    time_in_force=st.just(TimeInForce.GTC),
    price=st.just(0),
    quantity=_lots,
    quote_quantity=st.just(0),
    client_order_id=_names,
    time_ms=st.just(TIME_MS),
    trailing_delta=st.integers(min_value=1, max_value=9_000),
)
"""At any price, and without a stop price: what they hold depends on the last price."""
cancels = st.builds(
    CancelOrder,
    account=_accounts,
    symbol=_symbols,
    order_id=st.integers(min_value=0, max_value=25),
    client_order_id=st.one_of(st.just(""), _names),
    new_client_order_id=st.just("cancel"),
    time_ms=st.just(TIME_MS),
    restriction=st.sampled_from([CancelRestriction.NONE, CancelRestriction.NONE, *CancelRestriction]),
)
cancel_alls = st.builds(
    CancelAllOrders,
    account=_accounts,
    symbol=_symbols,
    new_client_order_id=st.just("cancel"),
    time_ms=st.just(TIME_MS),
)
deposits = st.builds(
    Deposit,
    account=_accounts,
    asset=st.sampled_from(ASSETS),
    amount=st.integers(min_value=1, max_value=20_000),
    time_ms=st.just(TIME_MS),
)

amends = st.builds(
    AmendOrder,
    account=_accounts,
    symbol=_symbols,
    order_id=st.integers(min_value=1, max_value=25),
    client_order_id=st.one_of(st.just(""), st.just(""), _names),
    new_client_order_id=_names,
    quantity=_lots,
    time_ms=st.just(TIME_MS),
)


def _replacement(cancel: CancelOrder, place: PlaceOrder, allow_failure: bool) -> ReplaceOrder:
    canceled = msgspec.structs.replace(cancel, account=place.account, symbol=place.symbol)
    return ReplaceOrder(canceled, place, allow_failure)


replacements = st.builds(_replacement, cancels, st.one_of(limit_orders, stop_orders), st.booleans())
statuses = st.builds(SetSymbolStatus, _symbols, st.sampled_from(SymbolStatus), st.just(TIME_MS))


def _listed(order: PlaceOrder, like: PlaceOrder, number: int, **changes: object) -> PlaceOrder:
    """An order for the same account and symbol as another one, with a name of its own."""
    name = "abcdefgh"[("abcdefgh".index(like.client_order_id) + number) % 8]
    return msgspec.structs.replace(order, account=like.account, symbol=like.symbol, client_order_id=name, **changes)


def _leg(order: PlaceOrder, like: PlaceOrder, number: int) -> PlaceOrder:
    kind = order.type if order.type is not OrderType.LIMIT else OrderType.LIMIT_MAKER
    return _listed(order, like, number, type=kind, side=like.side, quantity=like.quantity, iceberg=0)


def _list_of(kind: ListKind, first: PlaceOrder, legs: tuple[PlaceOrder, PlaceOrder], name: str) -> PlaceOrderList:
    orders: tuple[PlaceOrder, ...]
    if kind is ListKind.OCO:
        orders = (_leg(legs[0], first, 0), _leg(legs[1], first, 1))
    elif kind is ListKind.OTO:
        orders = (first, _listed(legs[0], first, 1))
    else:
        above = _listed(legs[0], first, 1)
        orders = (first, _leg(above, above, 0), _leg(legs[1], above, 1))
    if kind is not ListKind.OTO:
        *working, above, below = orders
        orders = (*working, below, above) if _level(above) < _level(below) else orders
    return PlaceOrderList(first.account, first.symbol, kind, name, orders, TIME_MS)


def _level(leg: PlaceOrder) -> int:
    return leg.price if leg.type is OrderType.LIMIT_MAKER else leg.stop_price


_legs = st.tuples(st.one_of(limit_orders, stop_orders), stop_orders)
order_lists = st.builds(
    _list_of, st.sampled_from(ListKind), limit_orders, _legs, st.sampled_from(["list-a", "list-b", "list-c"])
)
list_cancels = st.builds(
    CancelOrderList,
    account=_accounts,
    symbol=_symbols,
    list_id=st.integers(min_value=-1, max_value=6),
    client_list_id=st.sampled_from(["list-a", "list-b", "list-c"]),
    new_client_order_id=st.just("cancel"),
    time_ms=st.just(TIME_MS),
)
