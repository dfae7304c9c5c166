"""GET order, openOrders, account and myTrades: what an account may ask about itself."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import msgspec

from mock_exchange.engine.commands import Side
from mock_exchange.engine.events import Traded
from mock_exchange.engine.orders import Balance
from mock_exchange.engine.symbols import Symbol, format_amount
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.cancel_order import order_ids
from mock_exchange.gateway.desk import Desk, Work
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.order_replies import ENCODER, NO_ORDER_LIST, amount, order_reply

KNOWN_ORDER: Final = frozenset(("symbol", "orderId", "origClientOrderId"))
KNOWN_OPEN_ORDERS: Final = frozenset(("symbol",))
KNOWN_ACCOUNT: Final = frozenset(("omitZeroBalances",))
KNOWN_ALLOCATIONS: Final = frozenset(("symbol", "startTime", "endTime", "fromAllocationId", "limit", "orderId"))
KNOWN_TRADES: Final = frozenset(("symbol", "orderId", "startTime", "endTime", "fromId", "limit"))

_TRADES_DEFAULT = 500
_TRADES_MAX = 1000
_DAY_MS = 24 * 60 * 60 * 1000
_FOREVER_MS = 2**63
_PPM_PER_BASIS_POINT = 100
_UNITS_PER_PPM = 100


class BalanceReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    asset: str
    free: str
    locked: str


class CommissionRates(msgspec.Struct, rename="camel", frozen=True, gc=False):
    maker: str
    taker: str
    buyer: str
    seller: str


class AccountReply(msgspec.Struct, rename="camel", frozen=True):
    maker_commission: int
    taker_commission: int
    buyer_commission: int
    seller_commission: int
    commission_rates: CommissionRates
    can_trade: bool
    can_withdraw: bool
    can_deposit: bool
    brokered: bool
    require_self_trade_prevention: bool
    prevent_sor: bool
    update_time: int
    account_type: str
    balances: list[BalanceReply]
    permissions: list[str]
    uid: int


class TradeReply(msgspec.Struct, rename="camel", frozen=True, gc=False):
    symbol: str
    id: int
    order_id: int
    order_list_id: int
    price: str
    qty: str
    quote_qty: str
    commission: str
    commission_asset: str
    time: int
    is_buyer: bool
    is_maker: bool
    is_best_match: bool


def prepare_order(desk: Desk, call: Call) -> Work:
    return partial(_order, desk, call.account, call.symbol(desk.symbols), *order_ids(call))


def _order(desk: Desk, account: int, symbol: Symbol, order_id: int, client_order_id: str) -> bytes:
    order = desk.engine.order(account, symbol.name, order_id, client_order_id)
    if order is not None:
        return ENCODER.encode(order_reply(symbol, order))
    if order_id and client_order_id and desk.engine.order(account, symbol.name, order_id):
        raise VenueError(-2039, "Client order ID is not correct for this order ID.")
    raise VenueError(-2013, "Order does not exist.")


def prepare_open_orders(desk: Desk, call: Call) -> Work:
    name = call.symbol(desk.symbols).name if "symbol" in call.parameters else None
    return partial(_open_orders, desk, call.account, name)


def _open_orders(desk: Desk, account: int, name: str | None) -> bytes:
    orders = desk.engine.open_orders(account, name)
    return ENCODER.encode([order_reply(desk.symbols[order.symbol], order) for order in orders])


def prepare_account(desk: Desk, call: Call) -> Work:
    return partial(_account, desk, call.account, omit_zero=call.flag("omitZeroBalances"), time_ms=call.time_ms)


def _account(desk: Desk, account: int, *, omit_zero: bool, time_ms: int) -> bytes:
    fees = desk.engine.fees
    maker, taker = fees.maker_ppm // _PPM_PER_BASIS_POINT, fees.taker_ppm // _PPM_PER_BASIS_POINT
    reply = AccountReply(
        maker_commission=maker,
        taker_commission=taker,
        buyer_commission=0,
        seller_commission=0,
        commission_rates=CommissionRates(rate(fees.maker_ppm), rate(fees.taker_ppm), rate(0), rate(0)),
        can_trade=True,
        can_withdraw=True,
        can_deposit=True,
        brokered=False,
        require_self_trade_prevention=False,
        prevent_sor=False,
        update_time=time_ms,
        account_type="SPOT",
        balances=list(_balances(desk, account, omit_zero=omit_zero)),
        permissions=["SPOT"],
        uid=account,
    )
    return ENCODER.encode(reply)


def rate(ppm: int) -> str:
    """A commission rate as the venue writes it: 1000 ppm is "0.00100000"."""
    return format_amount(ppm * _UNITS_PER_PPM)


def _balances(desk: Desk, account: int, *, omit_zero: bool) -> Iterator[BalanceReply]:
    """Every asset of the exchange, whether the account ever had it or not, as the venue lists them."""
    held = desk.engine.balances(account)
    for asset in dict.fromkeys((*desk.assets, *held)):
        balance = held.get(asset) or Balance()
        if not omit_zero or balance.free or balance.locked:
            yield BalanceReply(asset, amount(balance.free), amount(balance.locked))


def prepare_trades(desk: Desk, call: Call) -> Work:
    symbol = call.symbol(desk.symbols)
    start_ms, end_ms = call.integer("startTime"), call.integer("endTime", _FOREVER_MS)
    if "startTime" in call.parameters and "endTime" in call.parameters and end_ms - start_ms > _DAY_MS:
        raise VenueError(-1127, "More than 24 hours between startTime and endTime.")
    return partial(
        _trades,
        desk,
        call.account,
        symbol,
        limit=call.limit(_TRADES_DEFAULT, _TRADES_MAX),
        from_id=call.integer("fromId", -1),
        order_id=call.integer("orderId"),
        start_ms=start_ms,
        end_ms=end_ms,
    )


def _trades(
    desk: Desk, account: int, symbol: Symbol, *, limit: int, from_id: int, order_id: int, start_ms: int, end_ms: int
) -> bytes:
    """The latest rows, or those from a trade on; oldest first in both cases."""
    rows = [
        (trade, is_maker)
        for trade in desk.engine.account_trades(account, symbol.name)
        if trade.trade_id >= from_id and start_ms <= trade.time_ms <= end_ms
        for is_maker in _sides(trade, account)
        if not order_id or order_id == (trade.maker_order_id if is_maker else trade.taker_order_id)
    ]
    wanted = rows[-limit:] if from_id < 0 else rows[:limit]
    return ENCODER.encode([_trade_reply(symbol, trade, is_maker=is_maker) for trade, is_maker in wanted])


def _sides(trade: Traded, account: int) -> tuple[bool, ...]:
    """The rows that a trade is to an account, as ``is_maker`` of each: one, or both where it traded with itself."""
    if trade.taker_account == trade.maker_account:
        return False, True
    return (trade.maker_account == account,)


def _trade_reply(symbol: Symbol, trade: Traded, *, is_maker: bool) -> TradeReply:
    is_buyer = (trade.taker_side is Side.BUY) is not is_maker
    return TradeReply(
        symbol=trade.symbol,
        id=trade.trade_id,
        order_id=trade.maker_order_id if is_maker else trade.taker_order_id,
        order_list_id=NO_ORDER_LIST,
        price=symbol.format_price(trade.price),
        qty=symbol.format_quantity(trade.quantity),
        quote_qty=format_amount(trade.quote_amount),
        commission=amount(trade.maker_commission if is_maker else trade.taker_commission),
        commission_asset=symbol.base if is_buyer else symbol.quote,
        time=trade.time_ms,
        is_buyer=is_buyer,
        is_maker=is_maker,
        is_best_match=True,
    )
