"""Orders that wait for a price: when they begin, in which order, and what they hold meanwhile."""

import pytest

from mock_exchange.engine.commands import OrderType, Side
from mock_exchange.engine.events import Accepted, Event, Expired, ExpiryReason, Rejection, Triggered
from mock_exchange.engine.orders import OrderStatus
from tests.mock_exchange.engine.floor import (
    ALICE,
    BOB,
    BUY,
    CAROL,
    IOC,
    SELL,
    UNIT,
    Floor,
    fills,
    kinds,
    refusal,
    symbol_with,
)

STOP_LOSS, STOP_LOSS_LIMIT = OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT
TAKE_PROFIT, TAKE_PROFIT_LIMIT = OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT
RICH = 1_000_000 * UNIT


def floor_at(price: int) -> Floor:
    floor = Floor()
    floor.trade_at(price)
    return floor


def triggered(events: list[Event]) -> list[int]:
    return [event.order_id for event in events if isinstance(event, Triggered)]


@pytest.mark.parametrize(
    ("type", "side", "stop", "misses", "hits"),
    [
        (STOP_LOSS_LIMIT, BUY, 110, 109, 110),
        (STOP_LOSS_LIMIT, SELL, 90, 91, 90),
        (TAKE_PROFIT_LIMIT, BUY, 90, 91, 90),
        (TAKE_PROFIT_LIMIT, SELL, 110, 109, 110),
    ],
)
def test_a_stop_order_begins_with_the_first_trade_at_its_price(
    type: OrderType,  # noqa: A002 (the venue's word)
    side: Side,
    stop: int,
    misses: int,
    hits: int,
) -> None:
    floor = floor_at(100)
    floor.place(ALICE, side, 1, 100, type=type, stop=stop, id="stop")
    floor.trade_at(misses)
    assert not floor.order(ALICE, client_order_id="stop").is_working
    floor.time_ms += 9
    assert triggered(floor.trade_at(hits)) == [3]
    order = floor.order(ALICE, client_order_id="stop")
    assert (order.is_working, order.working_ms - order.created_ms) == (True, 9)
    assert floor.bids() + floor.asks() == [(100, 1)], "it rests at its own price"


@pytest.mark.parametrize(
    ("type", "side", "stop"), [(STOP_LOSS, BUY, 100), (STOP_LOSS, SELL, 100), (TAKE_PROFIT, BUY, 101)]
)
def test_a_stop_whose_price_has_been_reached_is_refused(type: OrderType, side: Side, stop: int) -> None:  # noqa: A002
    floor = floor_at(100)
    assert refusal(floor.place(ALICE, side, 1, type=type, stop=stop)) is Rejection.WOULD_TRIGGER


def test_a_waiting_order_is_open_and_not_in_the_book() -> None:
    floor = floor_at(100)
    events = floor.place(ALICE, SELL, 1, 89, type=STOP_LOSS_LIMIT, stop=90)
    assert events == [Accepted(ALICE, "BTCUSDT", 3, "auto-3")]
    assert floor.order(ALICE, 3).status is OrderStatus.NEW
    assert [order.order_id for order in floor.engine.open_orders(ALICE)] == [3]
    assert floor.asks() == []


def test_a_waiting_order_holds_what_it_will_need() -> None:
    floor = floor_at(100)
    floor.place(ALICE, SELL, 2, 89, type=STOP_LOSS_LIMIT, stop=90)
    floor.place(ALICE, BUY, 3, 120, type=STOP_LOSS_LIMIT, stop=110)
    assert floor.balance(ALICE, "BTC") == (RICH - 2 * UNIT, 2 * UNIT)
    assert floor.balance(ALICE, "USDT") == (RICH - 360 * UNIT, 360 * UNIT)
    floor.cancel(ALICE, 3)
    floor.cancel(ALICE, 4)
    assert floor.balance(ALICE, "BTC") == floor.balance(ALICE, "USDT") == (RICH, 0)


def test_a_market_stop_to_buy_holds_its_cost_at_the_stop_price() -> None:
    floor = floor_at(100)
    floor.place(ALICE, BUY, 3, type=STOP_LOSS, stop=110)
    assert floor.balance(ALICE, "USDT") == (RICH - 330 * UNIT, 330 * UNIT)


def test_a_market_stop_takes_what_the_book_has_when_it_begins() -> None:
    floor = floor_at(100)
    floor.sell(CAROL, 2, 150)
    floor.place(ALICE, BUY, 3, type=STOP_LOSS, stop=110, id="stop")
    floor.sell(CAROL, 1, 110)
    events = floor.buy(BOB, 1, 110)
    assert kinds(events) == ["Accepted", "Traded", "Triggered", "Traded", "Expired"]
    assert fills(events) == [(110, 1), (150, 2)]
    assert floor.balance(ALICE, "USDT") == (RICH - 300 * UNIT, 0)


def test_a_market_stop_that_its_account_cannot_pay_any_more_expires() -> None:
    floor = Floor(riches=0)
    for account, asset, amount in ((ALICE, "USDT", 110), (BOB, "USDT", 1_000), (CAROL, "BTC", 10)):
        floor.deposit(account, asset, amount)
    floor.place(ALICE, BUY, 1, type=STOP_LOSS, stop=110, id="stop")
    floor.sell(CAROL, 1, 110)
    floor.sell(CAROL, 1, 150)
    events = floor.buy(BOB, 1, 110)
    assert events[-1] == Expired(ALICE, "BTCUSDT", 1, ExpiryReason.FUNDS)
    assert floor.balance(ALICE, "USDT") == (110 * UNIT, 0)


def test_stops_begin_nearest_price_first_and_then_oldest_first() -> None:
    floor = floor_at(100)
    for stop in (112, 111, 112, 110):
        floor.place(ALICE, BUY, 1, 90, type=STOP_LOSS_LIMIT, stop=stop)
    assert triggered(floor.trade_at(112)) == [6, 4, 3, 5]


def test_what_a_stop_trades_can_trigger_the_next_one() -> None:
    floor = floor_at(100)
    for price in (90, 80, 70):
        floor.buy(CAROL, 1, price)
    for stop in (90, 80):
        floor.place(ALICE, SELL, 1, type=STOP_LOSS, stop=stop)
    events = floor.market(BOB, SELL, 1)
    assert kinds(events) == ["Accepted", "Traded", "Triggered", "Traded", "Triggered", "Traded"]
    assert fills(events) == [(90, 1), (80, 1), (70, 1)]
    assert floor.bids() == []


def test_every_price_of_a_sweep_counts_and_not_only_its_last() -> None:
    floor = floor_at(100)
    floor.place(ALICE, SELL, 1, 50, type=STOP_LOSS_LIMIT, stop=90)
    floor.sell(CAROL, 1, 90)
    floor.sell(CAROL, 1, 95)
    assert triggered(floor.market(BOB, BUY, 2)) == [3]


def test_a_triggered_order_obeys_its_time_in_force() -> None:
    floor = floor_at(100)
    floor.place(ALICE, SELL, 1, 95, type=STOP_LOSS_LIMIT, stop=90, tif=IOC)
    events = floor.trade_at(90)
    assert kinds(events) == ["Accepted", "Traded", "Triggered", "Expired"]
    assert floor.balance(ALICE, "BTC") == (RICH, 0)


def test_only_so_many_stops_may_wait() -> None:
    floor = Floor(symbol_with(algo_orders_max=2))
    for _ in range(2):
        floor.place(ALICE, SELL, 1, type=STOP_LOSS, stop=90)
    assert refusal(floor.place(ALICE, SELL, 1, type=STOP_LOSS, stop=90)) is Rejection.MAX_NUM_ALGO_ORDERS
    floor.trade_at(90)
    assert kinds(floor.place(ALICE, SELL, 1, type=STOP_LOSS, stop=80)) == ["Accepted"]


def test_a_stop_needs_a_price_or_a_trail() -> None:
    floor = floor_at(100)
    assert refusal(floor.place(ALICE, SELL, 1, type=STOP_LOSS)) is Rejection.UNSUPPORTED
    assert refusal(floor.place(ALICE, SELL, 1, type=STOP_LOSS, trail=9)) is Rejection.TRAILING_DELTA
    assert refusal(floor.place(ALICE, SELL, 1, type=STOP_LOSS, trail=2001)) is Rejection.TRAILING_DELTA
    assert refusal(floor.place(ALICE, SELL, 1, type=STOP_LOSS, stop=2_000_000)) is Rejection.PRICE_FILTER


# Prices and deltas of the scenarios in the venue's trailing stop FAQ.


@pytest.mark.parametrize(
    ("type", "side", "prices", "delta", "trades"),
    [
        (STOP_LOSS_LIMIT, BUY, (45_000, 44_000), 500, (37_000, 44_000, 45_000, 46_000, 42_000, 44_099, 44_100)),
        (STOP_LOSS_LIMIT, SELL, (38_000, 39_000), 1000, (41_500, 39_000, 37_000, 41_000, 36_901, 36_900)),
        (TAKE_PROFIT_LIMIT, BUY, (38_500, 38_000), 850, (42_000, 38_000, 37_000, 39_000, 38_000, 40_144, 40_145)),
        (TAKE_PROFIT_LIMIT, SELL, (41_000, 42_000), 750, (39_000, 42_000, 45_000, 44_000, 46_500, 43_013, 43_012)),
        (STOP_LOSS_LIMIT, SELL, (39_000, 0), 700, (42_000, 39_500, 45_500, 42_316, 42_315)),
    ],
)
def test_a_trailing_order_begins_where_the_price_has_turned_back_far_enough(
    type: OrderType,  # noqa: A002
    side: Side,
    prices: tuple[int, int],
    delta: int,
    trades: tuple[int, ...],
) -> None:
    floor = floor_at(40_000)
    price, stop = prices
    floor.place(ALICE, side, 1, price, type=type, stop=stop, trail=delta, id="trailing")
    for trade in trades[:-1]:
        assert triggered(floor.trade_at(trade)) == []
    assert triggered(floor.trade_at(trades[-1])) == [3]


def test_a_trailing_order_without_a_stop_price_follows_from_the_start() -> None:
    floor = floor_at(40_000)
    floor.time_ms += 5
    floor.place(ALICE, SELL, 1, 39_000, type=STOP_LOSS_LIMIT, trail=700, id="trailing")
    order = floor.order(ALICE, client_order_id="trailing")
    assert (order.trailing_price, order.trailing_ms) == (40_000, floor.time_ms)
