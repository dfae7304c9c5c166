"""A small exchange with round numbers, and short words for trading on it.

A tick is 1 USDT and a lot is 1 BTC, so a lot at price 100 costs 100 USDT. Every account begins rich unless a test
says otherwise. The clock stands still unless a test moves it.
"""

from dataclasses import replace

from mock_exchange.engine.commands import (
    CancelAllOrders,
    CancelOrder,
    Deposit,
    OrderType,
    PlaceOrder,
    SelfTradePrevention,
    SetSymbolStatus,
    Side,
    SymbolStatus,
    TimeInForce,
)
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Event, Rejected, Rejection, Traded
from mock_exchange.engine.orders import Fees, MemoryLimits, Order
from mock_exchange.engine.symbols import UNITS_PER_ASSET, Symbol

BUY, SELL = Side.BUY, Side.SELL
GTC, IOC, FOK = TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK
LIMIT, MARKET, LIMIT_MAKER = OrderType.LIMIT, OrderType.MARKET, OrderType.LIMIT_MAKER
UNIT = UNITS_PER_ASSET
ALICE, BOB, CAROL = 1, 2, 3

WHOLE_NUMBERS = Symbol(
    name="BTCUSDT",
    base="BTC",
    quote="USDT",
    tick_size="1",
    lot_size="1",
    price_min="1",
    price_max="1000000",
    quantity_min="1",
    quantity_max="1000",
    market_quantity_max="500",
)
NO_FEES = Fees(maker_ppm=0, taker_ppm=0)


def symbol_with(**filters: str | int) -> Symbol:
    return replace(WHOLE_NUMBERS, **filters)  # type: ignore[arg-type]


class Floor:
    def __init__(
        self,
        symbol: Symbol = WHOLE_NUMBERS,
        *,
        fees: Fees = NO_FEES,
        memory: MemoryLimits | None = None,
        riches: int = 1_000_000,
    ) -> None:
        self.engine = Engine([symbol], fees, memory)
        self.time_ms = 1_760_000_000_000
        self._ids = 0
        for account in (ALICE, BOB, CAROL):
            if riches:
                self.deposit(account, "BTC", riches)
                self.deposit(account, "USDT", riches)

    def deposit(self, account: int, asset: str, amount: int) -> None:
        self.engine.apply(Deposit(account, asset, amount * UNIT, self.time_ms))

    def place(
        self,
        account: int,
        side: Side,
        lots: int,
        price: int = 0,
        *,
        type: OrderType = LIMIT,  # noqa: A002 (the venue's word)
        tif: TimeInForce = GTC,
        spend: int = 0,
        id: str = "",  # noqa: A002
        stop: int = 0,
        trail: int = 0,
        iceberg: int = 0,
        stp: SelfTradePrevention = SelfTradePrevention.NONE,
    ) -> list[Event]:
        return self.engine.apply(
            self.ordered(
                account,
                side,
                lots,
                price,
                type=type,
                tif=tif,
                spend=spend,
                id=id,
                stop=stop,
                trail=trail,
                iceberg=iceberg,
                stp=stp,
            )
        )

    def ordered(
        self,
        account: int,
        side: Side,
        lots: int,
        price: int = 0,
        *,
        type: OrderType = LIMIT,  # noqa: A002
        tif: TimeInForce = GTC,
        spend: int = 0,
        id: str = "",  # noqa: A002
        stop: int = 0,
        trail: int = 0,
        iceberg: int = 0,
        stp: SelfTradePrevention = SelfTradePrevention.NONE,
    ) -> PlaceOrder:
        """What ``place`` would place."""
        self._ids += 1
        name = id or f"auto-{self._ids}"
        return PlaceOrder(
            account,
            "BTCUSDT",
            side,
            type,
            tif,
            price,
            lots,
            spend * UNIT,
            name,
            self.time_ms,
            stop_price=stop,
            trailing_delta=trail,
            iceberg=iceberg,
            self_trade_prevention=stp,
        )

    def trade_at(self, price: int) -> list[Event]:
        """One lot from Carol to Bob at this price; nothing else may rest that would trade."""
        self.sell(CAROL, 1, price)
        return self.buy(BOB, 1, price)

    def set_status(self, status: SymbolStatus) -> list[Event]:
        return self.engine.apply(SetSymbolStatus("BTCUSDT", status, self.time_ms))

    def buy(self, account: int, lots: int, price: int, *, tif: TimeInForce = GTC, id: str = "") -> list[Event]:  # noqa: A002
        return self.place(account, BUY, lots, price, tif=tif, id=id)

    def sell(self, account: int, lots: int, price: int, *, tif: TimeInForce = GTC, id: str = "") -> list[Event]:  # noqa: A002
        return self.place(account, SELL, lots, price, tif=tif, id=id)

    def market(self, account: int, side: Side, lots: int = 0, *, spend: int = 0) -> list[Event]:
        return self.place(account, side, lots, type=MARKET, spend=spend)

    def cancel(self, account: int, order_id: int = 0, client_order_id: str = "") -> list[Event]:
        return self.engine.apply(CancelOrder(account, "BTCUSDT", order_id, client_order_id, "the-cancel", self.time_ms))

    def cancel_all(self, account: int) -> list[Event]:
        return self.engine.apply(CancelAllOrders(account, "BTCUSDT", "the-cancel", self.time_ms))

    def order(self, account: int, order_id: int = 0, client_order_id: str = "") -> Order:
        order = self.engine.order(account, "BTCUSDT", order_id, client_order_id)
        assert order is not None
        return order

    def balance(self, account: int, asset: str) -> tuple[int, int]:
        """Free and locked, in 1e-8."""
        balance = self.engine.balances(account)[asset]
        return balance.free, balance.locked

    def bids(self) -> list[tuple[int, int]]:
        return [(level.price, level.quantity) for level in self.engine.depth("BTCUSDT", 100).bids]

    def asks(self) -> list[tuple[int, int]]:
        return [(level.price, level.quantity) for level in self.engine.depth("BTCUSDT", 100).asks]


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def fills(events: list[Event]) -> list[tuple[int, int]]:
    """Price and lots of every trade."""
    return [(event.price, event.quantity) for event in events if isinstance(event, Traded)]


def refusal(events: list[Event]) -> Rejection:
    (event,) = events
    assert isinstance(event, Rejected), f"{event} is no rejection"
    return event.reason
