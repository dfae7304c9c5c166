"""Smaller quantities at the same place, replaced orders, and cancels under conditions."""

import msgspec
import pytest

from mock_exchange.engine.commands import (
    AmendOrder,
    CancelOrder,
    CancelRestriction,
    ListKind,
    OrderType,
    PlaceOrderList,
    ReplaceOrder,
)
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Amended, Event, Expired, ExpiryReason, Rejection
from mock_exchange.engine.orders import OrderStatus
from mock_exchange.engine.state import EngineState
from tests.mock_exchange.engine.floor import (
    ALICE,
    BOB,
    BUY,
    CAROL,
    LIMIT_MAKER,
    NO_FEES,
    SELL,
    UNIT,
    WHOLE_NUMBERS,
    Floor,
    fills,
    kinds,
    refusal,
    symbol_with,
)

RICH = 1_000_000 * UNIT


def amend(floor: Floor, order_id: int, lots: int, name: str = "amended") -> list[Event]:
    return floor.engine.apply(AmendOrder(ALICE, "BTCUSDT", order_id, "", name, lots, floor.time_ms))


def test_an_amended_order_keeps_its_place() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100, id="mine")
    floor.buy(BOB, 5, 100)
    assert amend(floor, 1, 3) == [Amended(ALICE, "BTCUSDT", 1, "amended", 3, "mine", 5)]
    assert floor.bids() == [(100, 8)]
    floor.sell(BOB, 3, 100)
    assert floor.order(ALICE, 1).status is OrderStatus.FILLED


def test_an_amended_order_frees_what_it_no_longer_needs() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100)
    amend(floor, 1, 3)
    assert floor.balance(ALICE, "USDT") == (RICH - 300 * UNIT, 300 * UNIT)


def test_an_amended_order_is_found_by_its_new_name_only() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100, id="mine")
    amend(floor, 1, 3)
    assert floor.engine.order(ALICE, "BTCUSDT", client_order_id="mine") is None
    assert floor.order(ALICE, client_order_id="amended").order_id == 1
    assert kinds(floor.buy(ALICE, 1, 90, id="mine")) == ["Accepted"], "the old name is free"


@pytest.mark.parametrize(
    ("lots", "reason"), [(6, Rejection.AMEND_INCREASE), (5, Rejection.AMEND_NO_CHANGE), (1, Rejection.LOT_SIZE)]
)
def test_an_amendment_that_is_not_allowed_changes_nothing(lots: int, reason: Rejection) -> None:
    floor = Floor(symbol_with(quantity_min="2"))
    floor.buy(ALICE, 5, 100, id="mine")
    assert refusal(amend(floor, 1, lots)) is reason
    assert floor.bids() == [(100, 5)]


def test_an_amendment_may_keep_its_own_name_but_not_take_another_orders() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100, id="mine")
    floor.buy(ALICE, 5, 99, id="other")
    assert refusal(amend(floor, 1, 3, "other")) is Rejection.DUPLICATE_CLIENT_ORDER_ID
    assert kinds(amend(floor, 1, 3, "mine")) == ["Amended"]


def test_only_so_many_amendments_are_allowed() -> None:
    floor = Floor(symbol_with(order_amends_max=2))
    floor.buy(ALICE, 5, 100)
    amend(floor, 1, 4)
    amend(floor, 1, 3)
    assert refusal(amend(floor, 1, 2)) is Rejection.MAX_NUM_ORDER_AMENDS


def test_an_order_that_is_left_nothing_to_execute_expires() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100)
    floor.sell(BOB, 3, 100)
    assert amend(floor, 1, 3) == [Expired(ALICE, "BTCUSDT", 1, ExpiryReason.AMENDED)]
    assert floor.bids() == []
    assert floor.balance(ALICE, "USDT") == (RICH - 300 * UNIT, 0)


def test_a_pair_is_amended_together() -> None:
    floor = Floor()
    floor.trade_at(100)
    above = floor.ordered(ALICE, SELL, 5, 110, type=LIMIT_MAKER, id="above")
    below = floor.ordered(ALICE, SELL, 5, 88, type=OrderType.STOP_LOSS_LIMIT, stop=90, id="below")
    floor.engine.apply(PlaceOrderList(ALICE, "BTCUSDT", ListKind.OCO, "list", (above, below), floor.time_ms))
    assert kinds(amend(floor, 3, 2)) == ["Amended", "Amended", "ListChanged"]
    assert [order.quantity for order in floor.engine.open_orders(ALICE)] == [2, 2]
    assert floor.balance(ALICE, "BTC") == (RICH - 2 * UNIT, 2 * UNIT)


def test_an_amendment_never_makes_a_waiting_order_hold_more() -> None:
    floor = Floor(riches=0)
    floor.deposit(ALICE, "USDT", 500)
    floor.deposit(BOB, "USDT", 1_000)
    floor.deposit(CAROL, "BTC", 10)
    floor.trade_at(100)
    floor.place(ALICE, BUY, 5, type=OrderType.STOP_LOSS, trail=2_000)
    assert floor.balance(ALICE, "USDT") == (0, 500 * UNIT)
    floor.trade_at(110)
    amend(floor, 3, 4)
    assert floor.balance(ALICE, "USDT") == (100 * UNIT, 400 * UNIT)


def test_a_trailing_order_remembers_what_it_holds_a_lot_for() -> None:
    floor = Floor()
    floor.trade_at(100)
    floor.place(ALICE, BUY, 5, type=OrderType.STOP_LOSS, trail=2_000)
    floor.trade_at(110)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(floor.engine.export()), type=EngineState)
    floor.engine = Engine([WHOLE_NUMBERS], NO_FEES)
    floor.engine.restore(state)
    amend(floor, 3, 4)
    assert floor.balance(ALICE, "USDT") == (RICH - 400 * UNIT, 400 * UNIT)


def test_an_amended_pair_never_holds_more() -> None:
    floor = Floor(riches=0)
    floor.deposit(ALICE, "USDT", 500)
    floor.deposit(BOB, "USDT", 1_000)
    floor.deposit(CAROL, "BTC", 10)
    floor.trade_at(100)
    above = floor.ordered(ALICE, BUY, 5, type=OrderType.STOP_LOSS, trail=2_000, id="above")
    below = floor.ordered(ALICE, BUY, 5, 90, type=LIMIT_MAKER, id="below")
    floor.engine.apply(PlaceOrderList(ALICE, "BTCUSDT", ListKind.OCO, "list", (above, below), floor.time_ms))
    assert floor.balance(ALICE, "USDT") == (0, 500 * UNIT)
    floor.trade_at(115)
    amend(floor, 4, 4)
    assert floor.balance(ALICE, "USDT") == (100 * UNIT, 400 * UNIT)


def replace(floor: Floor, order_id: int, price: int, *, allow_failure: bool = False) -> list[Event]:
    cancel = CancelOrder(ALICE, "BTCUSDT", order_id, "", "the-cancel", floor.time_ms)
    return floor.engine.apply(ReplaceOrder(cancel, floor.ordered(ALICE, BUY, 5, price, id="new"), allow_failure))


def test_a_replaced_order_frees_its_funds_for_the_new_one() -> None:
    floor = Floor(riches=0)
    floor.deposit(ALICE, "USDT", 500)
    floor.buy(ALICE, 5, 100)
    assert kinds(replace(floor, 1, 90)) == ["Canceled", "Accepted"]
    assert floor.bids() == [(90, 5)]


def test_nothing_is_placed_where_the_cancel_fails_and_must_not() -> None:
    floor = Floor()
    assert refusal(replace(floor, 1, 90)) is Rejection.UNKNOWN_ORDER
    assert floor.bids() == []


def test_the_new_order_is_placed_all_the_same_where_failure_is_allowed() -> None:
    assert kinds(replace(Floor(), 1, 90, allow_failure=True)) == ["Rejected", "Accepted"]


def test_the_old_order_stays_canceled_where_the_new_one_is_refused() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100)
    assert kinds(replace(floor, 1, 900_000_000)) == ["Canceled", "Rejected"]
    assert floor.bids() == []


@pytest.mark.parametrize(
    ("restriction", "filled", "expected"),
    [
        (CancelRestriction.ONLY_NEW, 0, "Canceled"),
        (CancelRestriction.ONLY_NEW, 1, "Rejected"),
        (CancelRestriction.ONLY_PARTIALLY_FILLED, 0, "Rejected"),
        (CancelRestriction.ONLY_PARTIALLY_FILLED, 1, "Canceled"),
    ],
)
def test_a_cancel_may_ask_for_a_status(restriction: CancelRestriction, filled: int, expected: str) -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100)
    if filled:
        floor.sell(BOB, filled, 100)
    command = CancelOrder(ALICE, "BTCUSDT", 1, "", "the-cancel", floor.time_ms, restriction)
    assert kinds(floor.engine.apply(command)) == [expected]


def test_an_amended_iceberg_shows_less_only_once_its_hidden_lots_are_gone() -> None:
    floor = Floor()
    floor.place(ALICE, BUY, 10, 100, iceberg=4)
    amend(floor, 1, 6)
    assert floor.bids() == [(100, 4)]
    amend(floor, 1, 3)
    assert floor.bids() == [(100, 3)]
    assert fills(floor.market(BOB, SELL, 9)) == [(100, 3)]
