"""What really happened to every order that was ever accepted: from the engine and, where there is one, the ledger.

Read only. What a client whose reply was lost is reconciled with; an operator's question, so it may take a while.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from operator import attrgetter

import msgspec

from mock_exchange.durable.ledger_files import LedgerPart
from mock_exchange.engine.commands import Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Traded
from mock_exchange.engine.orders import Order
from mock_exchange.engine.symbols import Symbol, format_amount

_ENCODER = msgspec.json.Encoder()

Past = Callable[[], Iterable[LedgerPart]]
"""Reads the ledger files, oldest first."""


def no_past() -> Iterable[LedgerPart]:
    """Of an exchange that keeps nothing but what its engine remembers."""
    return ()


class TrueOrder(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """One accepted order, as it stands now."""

    symbol: str
    order_id: int
    client_order_id: str
    account: str
    """The API key; the number for accounts of the exchange itself."""
    side: str
    type: str
    orig_qty: str
    executed_qty: str
    status: str
    time: int
    trades: int


class TrueTrade(msgspec.Struct, rename="camel", frozen=True, gc=False):
    id: int
    price: str
    qty: str
    quote_qty: str
    commission: str
    commission_asset: str
    is_maker: bool
    time: int


class TrueStory(msgspec.Struct, rename="camel", frozen=True):
    """An order with everything that happened to it."""

    order: TrueOrder
    former_client_order_ids: tuple[str, ...]
    """That it bore before amendments gave it another."""
    update_time: int
    cummulative_quote_qty: str
    """Spelt as the venue spells it."""
    trades: list[TrueTrade]
    """Oldest first."""


class Answer(msgspec.Struct, rename="camel", frozen=True):
    client_order_id: str
    accepted: bool
    """False: no such order was ever accepted, and one that is still under way may yet be."""
    orders: list[TrueStory]
    """All that bore the id, oldest first: it is free again once its order has ended."""


class Truth:
    """Answers from what the engine knows, and from the past where the engine has forgotten."""

    def __init__(self, engine: Engine, account_names: Mapping[int, str], past: Past = no_past) -> None:
        self._engine = engine
        self._account_names = account_names
        self._past = past

    def lines(self) -> Iterator[bytes]:
        """A JSON line for each order, those included that the engine has forgotten."""
        for order in self._orders():
            yield _ENCODER.encode(self._true_order(order))
            yield b"\n"

    def stories(self) -> Iterator[bytes]:
        """A JSON line for each order, with its trades."""
        orders = list(self._orders())
        trades = self._trades_of(orders)
        for order in orders:
            yield _ENCODER.encode(self._story(order, trades[order.order_id]))
            yield b"\n"

    def answer(self, client_order_id: str, symbol: str | None = None) -> bytes:
        """JSON: what became of the orders that bore this id."""
        orders = [
            order
            for order in self._orders()
            if client_order_id in (order.client_order_id, *order.former_ids) and symbol in (None, order.symbol)
        ]
        trades = self._trades_of(orders)
        stories = [self._story(order, trades[order.order_id]) for order in orders]
        return _ENCODER.encode(Answer(client_order_id, bool(orders), stories))

    def _orders(self) -> Iterator[Order]:
        """In the order in which they were accepted."""
        by_number = attrgetter("order_id")
        return merge(self._forgotten(), self._engine.all_orders(), key=by_number)

    def _forgotten(self) -> list[Order]:
        if not self._engine.forgotten_count:
            return []
        known = self._engine.knows
        # By number, as a ledger may tell twice of what a snapshot that was never finished would have summed up.
        orders = {order.order_id: order for part in self._past() for order in part.orders if not known(order.order_id)}
        return [orders[number] for number in sorted(orders)]

    def _trades_of(self, orders: list[Order]) -> dict[int, list[Traded]]:
        """By order id. The engine forgets the oldest trades of an account, the ledger does not."""
        found: dict[int, dict[int, Traded]] = {order.order_id: {} for order in orders}
        markets = dict.fromkeys((order.account, order.symbol) for order in orders)
        for account, symbol in markets:
            _sort_in(self._engine.account_trades(account, symbol), found)
        if any(len(found[order.order_id]) < order.trades for order in orders):
            for part in self._past():
                _sort_in(part.trades, found)
        return {order_id: [trades[number] for number in sorted(trades)] for order_id, trades in found.items()}

    def _true_order(self, order: Order) -> TrueOrder:
        symbol = self._engine.symbols[order.symbol]
        return TrueOrder(
            symbol=order.symbol,
            order_id=order.order_id,
            client_order_id=order.client_order_id,
            account=self._account_names.get(order.account, str(order.account)),
            side=order.side,
            type=order.type,
            orig_qty=symbol.format_quantity(order.quantity),
            executed_qty=symbol.format_quantity(order.executed),
            status=order.status,
            time=order.created_ms,
            trades=order.trades,
        )

    def _story(self, order: Order, trades: list[Traded]) -> TrueStory:
        symbol = self._engine.symbols[order.symbol]
        return TrueStory(
            order=self._true_order(order),
            former_client_order_ids=order.former_ids,
            update_time=order.updated_ms,
            cummulative_quote_qty=format_amount(order.quote_executed),
            trades=[_true_trade(symbol, trade, order) for trade in trades],
        )


def _sort_in(trades: Iterable[Traded], found: dict[int, dict[int, Traded]]) -> None:
    for trade in trades:
        for order_id in (trade.taker_order_id, trade.maker_order_id):
            if order_id in found:
                found[order_id][trade.trade_id] = trade


def _true_trade(symbol: Symbol, trade: Traded, order: Order) -> TrueTrade:
    is_maker = trade.maker_order_id == order.order_id
    return TrueTrade(
        id=trade.trade_id,
        price=symbol.format_price(trade.price),
        qty=symbol.format_quantity(trade.quantity),
        quote_qty=format_amount(trade.quote_amount),
        commission=format_amount(trade.maker_commission if is_maker else trade.taker_commission),
        commission_asset=symbol.base if order.side is Side.BUY else symbol.quote,
        is_maker=is_maker,
        time=trade.time_ms,
    )
