"""What the book shows: levels, best prices, update ids; and that dead orders do not pile up in it."""

from mock_exchange.engine.book import Book
from mock_exchange.engine.orders import Best, Order, OrderStatus
from tests.mock_exchange.engine.floor import ALICE, BOB, BUY, GTC, LIMIT, SELL, Floor


def test_depth_shows_levels_best_first_and_at_most_the_limit() -> None:
    floor = Floor()
    for price in (98, 100, 99, 100):
        floor.buy(ALICE, 2, price)
    for price in (103, 101, 102):
        floor.sell(BOB, 1, price)
    depth = floor.engine.depth("BTCUSDT", 2)
    assert depth.bids == [(100, 4), (99, 2)]
    assert depth.asks == [(101, 1), (102, 1)]


def test_best_is_the_first_level_or_nothing() -> None:
    floor = Floor()
    assert floor.engine.best("BTCUSDT") == Best(None, None)
    floor.buy(ALICE, 2, 100)
    floor.buy(ALICE, 1, 100)
    best = floor.engine.best("BTCUSDT")
    assert best.bid == (100, 3)
    assert best.ask is None


def test_every_change_of_a_level_has_its_own_update_id() -> None:
    floor = Floor()

    def update_id() -> int:
        return floor.engine.depth("BTCUSDT", 1).last_update_id

    assert update_id() == 0
    floor.buy(ALICE, 2, 100)
    floor.buy(ALICE, 2, 99)
    assert update_id() == 2
    floor.sell(BOB, 3, 99)  # changes two levels and rests nowhere
    assert update_id() == 4
    floor.cancel(ALICE, 2)
    assert update_id() == 5
    floor.cancel(ALICE, 2)  # refused: nothing changed
    assert update_id() == 5


def test_canceled_orders_are_skipped_wherever_they_stood() -> None:
    floor = Floor()
    for _ in range(5):
        floor.sell(ALICE, 1, 100)
    for order_id in (1, 3, 5):
        floor.cancel(ALICE, order_id)
    assert floor.asks() == [(100, 2)]
    floor.buy(BOB, 2, 100)
    assert [floor.order(ALICE, order_id).status for order_id in range(1, 6)] == [
        OrderStatus.CANCELED,
        OrderStatus.FILLED,
        OrderStatus.CANCELED,
        OrderStatus.FILLED,
        OrderStatus.CANCELED,
    ]
    assert floor.asks() == []


def test_a_busy_level_does_not_remember_every_order_that_left_it() -> None:
    book = Book()
    book.rest(resting(0))
    for order_id in range(1, 10_000):
        order = resting(order_id)
        book.rest(order)
        order.status = OrderStatus.CANCELED
        book.cancel(order)
    (level,) = book.bids.levels.values()
    assert (level.live, level.quantity) == (1, 1)
    assert len(level.orders) < 100


def resting(order_id: int) -> Order:
    return Order(order_id, ALICE, "BTCUSDT", str(order_id), BUY, LIMIT, GTC, 100, 1, 0, 0, 0)


def test_prices_far_from_the_best_can_leave_first() -> None:
    floor = Floor()
    for price in range(101, 111):
        floor.place(ALICE, SELL, 1, price)
    for order_id in (10, 5, 1):
        floor.cancel(ALICE, order_id)
    assert [price for price, _ in floor.asks()] == [102, 103, 104, 106, 107, 108, 109]


def test_the_first_drain_gives_every_level_and_later_ones_what_changed() -> None:
    floor = Floor()
    floor.buy(ALICE, 1, 99)
    floor.sell(ALICE, 1, 101)
    assert floor.engine.drain_touched("BTCUSDT") == [(BUY, 99), (SELL, 101)]
    assert floor.engine.drain_touched("BTCUSDT") == []
    floor.sell(ALICE, 1, 105)
    floor.buy(BOB, 2, 102)  # takes the ask at 101 and rests
    assert floor.engine.drain_touched("BTCUSDT") == [(BUY, 102), (SELL, 101), (SELL, 105)]
    floor.cancel(BOB, 4)
    assert floor.engine.drain_touched("BTCUSDT") == [(BUY, 102)]


def test_nothing_is_noted_before_somebody_asks() -> None:
    book = Book()
    for number in range(100):
        book.rest(resting(number))
    assert book.touched is None


def test_however_many_levels_change_between_two_drains_none_is_lost() -> None:
    book = Book()
    book.drain_touched()
    for key in range(1, 70_000):
        book.touch(key)
    assert book.drain_touched() == [(BUY, key) for key in range(1, 70_000)]


def test_nothing_is_noted_once_nobody_asks_any_more() -> None:
    floor = Floor()
    floor.buy(ALICE, 1, 99)
    floor.engine.drain_touched("BTCUSDT")
    floor.engine.forget_touched("BTCUSDT")
    floor.cancel(ALICE, 1)
    floor.buy(ALICE, 1, 98)
    assert floor.engine.drain_touched("BTCUSDT") == [(BUY, 98)], "the levels there are, as for the first time"
