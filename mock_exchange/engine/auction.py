"""The end of an auction: orders that cross trade at the one price at which most lots change hands.

Of several such prices the one that leaves the fewest lots unserved, then the one nearest to the last trade's, then the
lowest. Orders trade by price and time. Nobody takes here, so self-trade prevention does not apply; the newer of two
orders is reported, and charged, as the taker. (The venue does not document its auction; the rule is the usual one.)
"""

from collections.abc import Iterable, Mapping
from itertools import accumulate, takewhile

from mock_exchange.engine.book import Book, BookSide, Level
from mock_exchange.engine.events import Event
from mock_exchange.engine.orders import Order
from mock_exchange.engine.trading import Trading


def uncross(trading: Trading, time_ms: int, events: list[Event]) -> None:
    """Trade until no bid reaches an ask. The caller does what follows from the trades."""
    book = trading.book
    price = clearing_price(book, trading.average.last_price)
    while book.is_crossed:
        bids, asks = _best(book.bids), _best(book.asks)
        bid, ask = bids.front(), asks.front()
        lots = min(_available(bid), _available(ask))
        shown = {order.order_id: _available(order) for order in (bid, ask)}
        events.append(_cross(trading, bid, ask, price=price, lots=lots, time_ms=time_ms))
        for side, level, order in ((book.bids, bids, bid), (book.asks, asks, ask)):
            book.touch(side.keys[-1])
            trading.matcher.take_out(side, level, order, lots, lots == shown[order.order_id])
            if not level.live:
                side.drop_best()


def _cross(trading: Trading, bid: Order, ask: Order, *, price: int, lots: int, time_ms: int) -> Event:
    taker, maker = (bid, ask) if bid.order_id > ask.order_id else (ask, bid)
    taker.updated_ms = time_ms
    trading.holds.keep(taker, -lots)
    if maker is bid:
        trading.holds.release_difference(maker, price, lots)
    return trading.matcher.fill(taker, maker, price, lots)


def _best(side: BookSide) -> Level:
    return side.levels[side.keys[-1]]


def _available(order: Order) -> int:
    return order.visible or order.remaining


def clearing_price(book: Book, last_price: int) -> int:
    """In ticks. The book must be crossed."""
    lowest, highest = -book.asks.keys[-1], book.bids.keys[-1]
    bids = _lots(takewhile(lambda level: level.price >= lowest, book.bids))
    asks = _lots(takewhile(lambda level: level.price <= highest, book.asks))
    prices = sorted(bids.keys() | asks.keys())
    bought, sold = _up_to(prices[::-1], bids), _up_to(prices, asks)

    def preference(price: int) -> tuple[int, int, int, int]:
        both = bought[price], sold[price]
        return -min(both), abs(both[0] - both[1]), abs(price - last_price), price

    return min(prices, key=preference)


def _lots(levels: Iterable[Level]) -> dict[int, int]:
    return {level.price: level.quantity + level.hidden for level in levels}


def _up_to(prices: list[int], lots: Mapping[int, int]) -> dict[int, int]:
    """Lots of all orders of a side that would trade at each price; the prices with the side's best one first."""
    return dict(zip(prices, accumulate(lots.get(price, 0) for price in prices), strict=True))
