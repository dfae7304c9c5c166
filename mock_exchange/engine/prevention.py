"""Self-trade prevention: what happens where an incoming order meets one of its own account's.

The incoming order's mode decides (Binance Spot documentation, STP FAQ). Lots that are lost this way are counted in the
order's ``prevented``; an order that has none left ends as EXPIRED_IN_MATCH.
"""

from collections.abc import Iterator
from typing import Final

from mock_exchange.engine.accounts import Accounts
from mock_exchange.engine.book import Book, BookSide
from mock_exchange.engine.commands import PlaceOrder, SelfTradePrevention
from mock_exchange.engine.events import Event, Expired, ExpiryReason, Prevented
from mock_exchange.engine.holds import Holds
from mock_exchange.engine.ledger import OrderLedger
from mock_exchange.engine.orders import Order, OrderStatus
from mock_exchange.engine.symbols import Symbol

_EXPIRE_TAKER: Final = SelfTradePrevention.EXPIRE_TAKER
_EXPIRE_MAKER: Final = SelfTradePrevention.EXPIRE_MAKER
_DECREMENT: Final = SelfTradePrevention.DECREMENT


class Prevention:
    __slots__ = ("_book", "_holds", "_ledger", "_symbol", "last_match_id")

    def __init__(self, symbol: Symbol, book: Book, accounts: Accounts, ledger: OrderLedger) -> None:
        self._symbol = symbol
        self._book = book
        self._holds = Holds(symbol, accounts)
        self._ledger = ledger
        self.last_match_id = -1
        """-1 before the first."""

    def prevent(self, taker: Order, maker: Order, events: list[Event]) -> bool:
        """Keep the two from trading. Whether that ended the maker, whom the caller then takes out of its queue.

        The taker's end is for the caller to see: nothing remains of it.
        """
        taker_lots, maker_lots = _lost(taker, maker)
        self.last_match_id += 1
        match = Prevented(
            self.last_match_id,
            self._symbol.name,
            maker.price,
            taker.self_trade_prevention,
            taker.account,
            taker.order_id,
            taker_lots,
            maker.order_id,
            maker_lots,
            taker.updated_ms,
        )
        self._ledger.record_prevented(match)
        events.append(match)
        if maker_lots:
            self._book.reduce(maker, maker_lots)
            self._holds.keep(maker, -maker_lots)
        for order, lots in ((taker, taker_lots), (maker, maker_lots)):
            order.prevented += lots
            order.prevented_match_id = self.last_match_id
        return self._has_ended(maker, taker.updated_ms, events)

    def _has_ended(self, maker: Order, time_ms: int, events: list[Event]) -> bool:
        maker.updated_ms = time_ms
        if maker.remaining:
            return False
        maker.status = OrderStatus.EXPIRED_IN_MATCH
        self._ledger.finish(maker)
        events.append(Expired(maker.account, maker.symbol, maker.order_id, ExpiryReason.SELF_TRADE, maker.prevented))
        return True


def _lost(taker: Order, maker: Order) -> tuple[int, int]:
    """Lots that the taker and the maker lose."""
    mode = taker.self_trade_prevention
    if mode is _DECREMENT:
        lots = min(taker.remaining, maker.remaining)
        return lots, lots
    return 0 if mode is _EXPIRE_MAKER else taker.remaining, 0 if mode is _EXPIRE_TAKER else maker.remaining


def reachable(side: BookSide, order: Order | PlaceOrder) -> Iterator[tuple[int, int]]:
    """Price and lots of what an order with a mode could trade with, best first.

    Its account's own orders are passed over where they would expire, and are where it ends otherwise. Hidden lots of a
    level stand behind those that it shows.
    """
    for level in side:
        behind = 0
        for maker in level.living():
            if maker.account != order.account:
                shown = maker.visible or maker.remaining
                behind += maker.remaining - shown
                yield level.price, shown
            elif order.self_trade_prevention is not _EXPIRE_MAKER:
                return
        if behind:
            yield level.price, behind
