"""Self-trade prevention: the venue's scenarios, and what becomes of money, places and levels."""

import pytest

from mock_exchange.engine.commands import OrderType, SelfTradePrevention
from mock_exchange.engine.events import Expired, ExpiryReason, Prevented
from mock_exchange.engine.orders import OrderStatus
from tests.mock_exchange.engine.floor import ALICE, BOB, BUY, FOK, MARKET, SELL, UNIT, Floor, fills, kinds

NONE = SelfTradePrevention.NONE
EXPIRE_TAKER, EXPIRE_MAKER = SelfTradePrevention.EXPIRE_TAKER, SelfTradePrevention.EXPIRE_MAKER
EXPIRE_BOTH, DECREMENT = SelfTradePrevention.EXPIRE_BOTH, SelfTradePrevention.DECREMENT
RICH = 1_000_000 * UNIT


def floor_with_bids() -> Floor:
    """The maker orders of the venue's scenarios B to D, ten times as large, a hundred times as dear."""
    floor = Floor()
    for lots, price in ((12, 120), (13, 110), (81, 100)):
        floor.buy(ALICE, lots, price)
    return floor


def test_expiring_the_makers_lets_the_taker_rest() -> None:
    floor = floor_with_bids()
    events = floor.place(ALICE, SELL, 30, 100, stp=EXPIRE_MAKER)
    matches = [event for event in events if isinstance(event, Prevented)]
    assert [(match.prevented_match_id, match.price, match.maker_prevented) for match in matches] == [
        (0, 120, 12),
        (1, 110, 13),
        (2, 100, 81),
    ]
    assert [event.order_id for event in events if isinstance(event, Expired)] == [1, 2, 3]
    order = floor.order(ALICE, 1)
    assert (order.status, order.prevented, order.prevented_match_id) == (OrderStatus.EXPIRED_IN_MATCH, 12, 0)
    assert (floor.bids(), floor.asks()) == ([], [(100, 30)])
    assert floor.balance(ALICE, "USDT") == (RICH, 0)


def test_expiring_the_taker_leaves_the_makers_alone() -> None:
    floor = floor_with_bids()
    events = floor.place(ALICE, SELL, 30, 100, stp=EXPIRE_TAKER)
    assert kinds(events) == ["Accepted", "Prevented", "Expired"]
    assert events[-1] == Expired(ALICE, "BTCUSDT", 4, ExpiryReason.SELF_TRADE, 30)
    assert floor.order(ALICE, 4).status is OrderStatus.EXPIRED_IN_MATCH
    assert floor.bids() == [(120, 12), (110, 13), (100, 81)]


def test_expiring_both_ends_the_taker_and_the_first_maker() -> None:
    floor = floor_with_bids()
    floor.place(ALICE, SELL, 30, 100, stp=EXPIRE_BOTH)
    assert [floor.order(ALICE, order_id).status for order_id in (1, 4)] == [OrderStatus.EXPIRED_IN_MATCH] * 2
    assert floor.bids() == [(110, 13), (100, 81)]


def test_decrementing_ends_the_smaller_one_only() -> None:
    # The venue's scenario G: a maker of 6 and a taker of 2.
    floor = Floor()
    floor.buy(ALICE, 6, 20)
    floor.place(ALICE, SELL, 2, 20, stp=DECREMENT)
    maker, taker = floor.order(ALICE, 1), floor.order(ALICE, 2)
    assert (maker.status, maker.prevented, maker.remaining) == (OrderStatus.NEW, 2, 4)
    assert (taker.status, taker.prevented) == (OrderStatus.EXPIRED_IN_MATCH, 2)
    assert floor.bids() == [(20, 4)]
    assert floor.balance(ALICE, "USDT") == (RICH - 80 * UNIT, 80 * UNIT)


def test_a_maker_that_lost_lots_is_filled_by_what_it_has_left() -> None:
    floor = Floor()
    floor.buy(ALICE, 6, 100)
    floor.place(ALICE, SELL, 2, 100, stp=DECREMENT)
    floor.sell(BOB, 4, 100)
    order = floor.order(ALICE, 1)
    assert (order.status, order.executed, order.prevented) == (OrderStatus.FILLED, 4, 2)


def test_the_takers_mode_decides() -> None:
    floor = Floor()
    floor.place(ALICE, BUY, 2, 100, stp=EXPIRE_BOTH)
    assert fills(floor.place(ALICE, SELL, 2, 100, stp=NONE)) == [(100, 2)]


def test_others_are_traded_with_before_ones_own_order_is_met() -> None:
    floor = Floor()
    floor.buy(BOB, 1, 100)
    floor.buy(ALICE, 1, 100)
    events = floor.place(ALICE, SELL, 3, 100, stp=EXPIRE_TAKER)
    assert fills(events) == [(100, 1)]
    order = floor.order(ALICE, 3)
    assert (order.status, order.executed, order.prevented) == (OrderStatus.EXPIRED_IN_MATCH, 1, 2)


def test_a_market_order_whose_own_makers_expired_finds_nothing_and_expires() -> None:
    # The venue's scenario F: the taker ends as EXPIRED, as nothing of it was prevented.
    floor = Floor()
    floor.buy(ALICE, 1, 10)
    floor.place(ALICE, SELL, 1, type=MARKET, stp=EXPIRE_MAKER)
    taker = floor.order(ALICE, 2)
    assert (taker.status, taker.prevented) == (OrderStatus.EXPIRED, 0)


def test_a_market_order_that_emptied_the_book_expired_although_lots_of_it_were_prevented() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    floor.sell(BOB, 1, 110)
    events = floor.place(ALICE, BUY, 0, type=MARKET, spend=1_000, stp=DECREMENT)
    assert kinds(events) == ["Accepted", "Prevented", "Expired", "Traded", "Expired"]
    assert events[-1] == Expired(ALICE, "BTCUSDT", 3, ExpiryReason.UNFILLED, 1)
    taker = floor.order(ALICE, 3)
    assert (taker.status, taker.executed, taker.prevented) == (OrderStatus.EXPIRED, 1, 1)


def test_a_market_order_whose_last_lots_were_prevented_expired_in_match() -> None:
    floor = Floor()
    floor.sell(BOB, 1, 100)
    floor.sell(ALICE, 1, 110)
    floor.place(ALICE, BUY, 0, type=MARKET, spend=1_000, stp=DECREMENT)
    assert floor.order(ALICE, 3).status is OrderStatus.EXPIRED_IN_MATCH


def test_a_market_order_must_be_able_to_pay_what_lies_behind_its_own_orders() -> None:
    floor = Floor(riches=0)
    floor.deposit(ALICE, "USDT", 150)
    floor.deposit(ALICE, "BTC", 1)
    floor.deposit(BOB, "BTC", 1)
    floor.sell(ALICE, 1, 100)
    floor.sell(BOB, 1, 160)
    assert kinds(floor.place(ALICE, BUY, 1, type=MARKET, stp=EXPIRE_MAKER)) == ["Rejected"]
    assert kinds(floor.place(ALICE, BUY, 1, type=MARKET, stp=NONE)) == ["Accepted", "Traded"]


@pytest.mark.parametrize("mode", [EXPIRE_TAKER, EXPIRE_BOTH, DECREMENT])
def test_a_fill_or_kill_order_that_would_meet_ones_own_does_nothing(mode: SelfTradePrevention) -> None:
    floor = Floor()
    floor.buy(BOB, 1, 100)
    floor.buy(ALICE, 1, 100)
    floor.buy(BOB, 1, 100)
    assert kinds(floor.place(ALICE, SELL, 2, 100, tif=FOK, stp=mode)) == ["Accepted", "Expired"]
    assert floor.bids() == [(100, 3)]


def test_a_stop_that_begins_is_a_taker_like_any_other() -> None:
    floor = Floor()
    floor.buy(ALICE, 1, 80)
    floor.place(ALICE, SELL, 1, 80, type=OrderType.STOP_LOSS_LIMIT, stop=90, stp=EXPIRE_TAKER)
    assert kinds(floor.trade_at(90)) == ["Accepted", "Traded", "Triggered", "Prevented", "Expired"]
