"""Commands for a small, crowded exchange: few accounts, few prices and few names, so that orders meet."""

from hypothesis import strategies as st

from mock_exchange.engine.commands import (
    CancelAllOrders,
    CancelOrder,
    Deposit,
    OrderType,
    PlaceOrder,
    Side,
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

limit_orders = st.builds(
    PlaceOrder,
    account=_accounts,
    symbol=_symbols,
    side=_sides,
    type=st.sampled_from([OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT_MAKER]),
    time_in_force=st.sampled_from([TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK]),
    price=_prices,
    quantity=_lots,
    quote_quantity=st.just(0),
    client_order_id=_names,
    time_ms=st.just(TIME_MS),
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
)
cancels = st.builds(
    CancelOrder,
    account=_accounts,
    symbol=_symbols,
    order_id=st.integers(min_value=0, max_value=25),
    client_order_id=st.one_of(st.just(""), _names),
    new_client_order_id=st.just("cancel"),
    time_ms=st.just(TIME_MS),
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
