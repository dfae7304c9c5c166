"""Trades an incoming order against a book: best price first, oldest order first, at the resting order's price.

Settles each fill at once. What a side receives is diminished by its commission, rounded down; the fee account gets the
difference, so every asset is conserved. The incoming order pays from its free balance, which was checked before; a
resting order pays from what it holds, which is exactly what it owes at its own price.

Orders that belong to a list are noted in ``listed`` when something happens to them; what follows is not decided here.
"""

from typing import Final

from mock_exchange.engine.accounts import Accounts
from mock_exchange.engine.average import AveragePrice
from mock_exchange.engine.book import Book, BookSide, Level
from mock_exchange.engine.commands import SelfTradePrevention, Side
from mock_exchange.engine.events import Event, Traded
from mock_exchange.engine.ledger import OrderLedger
from mock_exchange.engine.orders import FEE_ACCOUNT, PARTS_PER_MILLION, Fees, Order, OrderStatus
from mock_exchange.engine.prevention import Prevention
from mock_exchange.engine.symbols import Symbol

# Bound once: reading a member from its enum class costs ten times as much on Python 3.11, and orders pass here.
_BUY: Final = Side.BUY
_FILLED: Final = OrderStatus.FILLED
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED
_NO_PREVENTION: Final = SelfTradePrevention.NONE


class Matcher:
    """Everything that a fill touches, for one symbol."""

    __slots__ = (
        *("_accounts", "_average", "_book", "_fees", "_ledger", "_symbol"),
        *("last_trade_id", "listed", "prevention"),
    )

    def __init__(
        self, symbol: Symbol, book: Book, average: AveragePrice, *, accounts: Accounts, ledger: OrderLedger, fees: Fees
    ) -> None:
        self._symbol = symbol
        self._book = book
        self._average = average
        self._accounts = accounts
        self._ledger = ledger
        self._fees = fees
        self.last_trade_id = 0
        self.listed: list[Order] = []
        """Orders of lists that were executed, prevented or ended since somebody emptied it."""
        self.prevention = Prevention(symbol, book, accounts, ledger)

    def take(self, taker: Order, key_min: int | None, events: list[Event]) -> None:
        """Fill the order as far as the opposite side reaches; ``key_min`` is the worst key it accepts, None any."""
        side = self._book.opposite(taker.side)
        keys, levels = side.keys, side.levels
        preventing = taker.self_trade_prevention is not _NO_PREVENTION
        while keys and (key_min is None or keys[-1] >= key_min):
            level = levels[keys[-1]]
            if self._book.touched is not None:
                self._book.touch(keys[-1])
            while level.live:
                missing = taker.quantity - taker.executed - taker.prevented
                if not missing:
                    return
                maker = level.front()
                if preventing and maker.account == taker.account:
                    self._prevent(taker, maker, level, events)
                    continue
                available = maker.visible or maker.quantity - maker.executed - maker.prevented
                lots = min(missing, available)
                events.append(self.fill(taker, maker, maker.price, lots))
                if maker.iceberg or maker.list_id >= 0:
                    self.take_out(side, level, maker, lots, lots == available)
                    continue
                level.quantity -= lots
                if lots == available:
                    level.orders.popleft()
                    level.live -= 1
                    self._ledger.finish(maker)
            side.drop_best()

    def take_out(self, side: BookSide, level: Level, maker: Order, lots: int, was_all: bool) -> None:
        """Take executed lots of the order in front out of the book; the order too where they were all it showed."""
        level.quantity -= lots
        if maker.list_id >= 0:
            self.listed.append(maker)
        if maker.iceberg:
            maker.visible -= lots
        if was_all:
            level.orders.popleft()
            if maker.iceberg and side.refill(maker):
                return
            level.live -= 1
            self._ledger.finish(maker)

    def _prevent(self, taker: Order, maker: Order, level: Level, events: list[Event]) -> None:
        if maker.list_id >= 0:
            self.listed.append(maker)
        if self.prevention.prevent(taker, maker, events):
            level.orders.popleft()
            level.live -= 1

    def fill(self, taker: Order, maker: Order, price: int, lots: int) -> Traded:
        """Trade lots that the taker pays from what is free, the maker from what it holds for them at this price."""
        base_amount = lots * self._symbol.lot_units
        quote_amount = price * lots * self._symbol.notional_units
        _execute(taker, lots, quote_amount, taker.updated_ms)
        _execute(maker, lots, quote_amount, taker.updated_ms)
        if taker.side is _BUY:
            commissions = self._settle(taker.account, maker.account, quote_amount, base_amount, taker.side)
        else:
            commissions = self._settle(taker.account, maker.account, base_amount, quote_amount, taker.side)
        self.last_trade_id += 1
        self._book.update_id += 1
        self._average.add(taker.updated_ms, price, lots)
        trade = Traded(
            self.last_trade_id,
            self._symbol.name,
            price,
            lots,
            quote_amount,
            taker.side,
            taker.account,
            taker.order_id,
            commissions[0],
            maker.account,
            maker.order_id,
            commissions[1],
            taker.updated_ms,
        )
        self._ledger.record(trade)
        return trade

    def _settle(self, taker: int, maker: int, given: int, received: int, side: Side) -> tuple[int, int]:
        """Move money; ``given`` and ``received`` as the taker sees them. Returns the taker's and maker's commission."""
        symbol, balance = self._symbol, self._accounts.balance
        asset_given, asset_received = (symbol.quote, symbol.base) if side is _BUY else (symbol.base, symbol.quote)
        taker_commission = received * self._fees.taker_ppm // PARTS_PER_MILLION
        maker_commission = given * self._fees.maker_ppm // PARTS_PER_MILLION
        balance(taker, asset_given).free -= given
        balance(taker, asset_received).free += received - taker_commission
        balance(maker, asset_received).locked -= received
        balance(maker, asset_given).free += given - maker_commission
        balance(FEE_ACCOUNT, asset_received).free += taker_commission
        balance(FEE_ACCOUNT, asset_given).free += maker_commission
        return taker_commission, maker_commission


def _execute(order: Order, lots: int, quote_amount: int, time_ms: int) -> None:
    executed = order.executed + lots
    order.executed = executed
    order.quote_executed += quote_amount
    order.trades += 1
    order.updated_ms = time_ms
    order.status = _FILLED if executed + order.prevented == order.quantity else _PARTIALLY_FILLED
