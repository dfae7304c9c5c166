"""Finding, canceling and naming orders; and how long they are remembered."""

import pytest

from mock_exchange.engine.commands import CancelAllOrders, CancelOrder
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Canceled, Rejected, Rejection
from mock_exchange.engine.orders import MemoryLimits, OrderStatus
from tests.mock_exchange.engine.floor import ALICE, BOB, WHOLE_NUMBERS, Floor, kinds, refusal


def test_a_cancel_by_order_id_takes_the_order_out() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100)
    floor.time_ms += 5
    assert floor.cancel(ALICE, 1) == [Canceled(ALICE, "BTCUSDT", 1, "the-cancel")]
    assert floor.bids() == []
    order = floor.order(ALICE, 1)
    assert (order.status, order.updated_ms - order.created_ms) == (OrderStatus.CANCELED, 5)


def test_a_cancel_by_client_id_takes_the_order_out() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100, id="mine")
    assert kinds(floor.cancel(ALICE, client_order_id="mine")) == ["Canceled"]
    assert floor.bids() == []


def test_a_cancel_by_both_ids_needs_both_to_agree() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100, id="mine")
    floor.buy(ALICE, 3, 100, id="other")
    assert refusal(floor.cancel(ALICE, 1, "other")) is Rejection.ORDER_ID_MISMATCH
    assert kinds(floor.cancel(ALICE, 1, "mine")) == ["Canceled"]


def test_what_is_not_open_cannot_be_canceled() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100)
    floor.cancel(ALICE, 1)
    assert refusal(floor.cancel(ALICE, 1)) is Rejection.UNKNOWN_ORDER
    assert refusal(floor.cancel(ALICE, 7)) is Rejection.UNKNOWN_ORDER
    assert refusal(floor.cancel(ALICE, client_order_id="never")) is Rejection.UNKNOWN_ORDER


def test_nobody_sees_or_cancels_the_orders_of_another() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100, id="hers")
    assert refusal(floor.cancel(BOB, 1)) is Rejection.UNKNOWN_ORDER
    assert refusal(floor.cancel(BOB, client_order_id="hers")) is Rejection.UNKNOWN_ORDER
    assert floor.engine.order(BOB, "BTCUSDT", 1) is None
    assert floor.engine.open_orders(BOB) == []


def test_cancel_all_takes_out_the_accounts_orders_oldest_first() -> None:
    floor = Floor()
    floor.buy(ALICE, 1, 100)
    floor.buy(BOB, 1, 100)
    floor.sell(ALICE, 1, 200)
    assert [event.order_id for event in floor.cancel_all(ALICE) if isinstance(event, Canceled)] == [1, 3]
    assert floor.bids() == [(100, 1)]
    assert refusal(floor.cancel_all(ALICE)) is Rejection.UNKNOWN_ORDER


def test_cancels_for_a_symbol_that_is_not_listed_are_refused() -> None:
    engine = Engine([WHOLE_NUMBERS])
    for command in (CancelOrder(1, "ETHUSDT", 0, "x", "y", 0), CancelAllOrders(1, "ETHUSDT", "y", 0)):
        (event,) = engine.apply(command)
        assert isinstance(event, Rejected)
        assert event.reason is Rejection.UNKNOWN_SYMBOL


def test_a_client_id_is_unique_among_open_orders() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100, id="mine")
    assert refusal(floor.buy(ALICE, 1, 90, id="mine")) is Rejection.DUPLICATE_CLIENT_ORDER_ID
    assert kinds(floor.buy(BOB, 1, 90, id="mine")) == ["Accepted"], "another account may use the same word"


def test_a_client_id_is_free_again_once_its_order_is_finished() -> None:
    # Why a blind resend after an unknown outcome can execute twice.
    floor = Floor()
    floor.buy(ALICE, 1, 100, id="mine")
    floor.sell(BOB, 1, 100)
    assert kinds(floor.buy(ALICE, 1, 100, id="mine")) == ["Accepted"]
    assert floor.order(ALICE, client_order_id="mine").order_id == 3, "the newest bearer answers to the name"
    assert floor.order(ALICE, 1).status is OrderStatus.FILLED


def test_an_order_is_found_by_either_id_and_by_both_only_where_they_agree() -> None:
    floor = Floor()
    floor.buy(ALICE, 1, 100, id="mine")
    assert floor.order(ALICE, 1) is floor.order(ALICE, client_order_id="mine") is floor.order(ALICE, 1, "mine")
    assert floor.engine.order(ALICE, "BTCUSDT", 1, "other") is None


def test_open_orders_are_listed_oldest_first_and_only_while_open() -> None:
    floor = Floor()
    floor.buy(ALICE, 1, 100)
    floor.buy(ALICE, 1, 101)
    floor.buy(ALICE, 1, 102)
    floor.cancel(ALICE, 2)
    assert [order.order_id for order in floor.engine.open_orders(ALICE)] == [1, 3]
    assert floor.engine.open_orders(ALICE, "BTCUSDT") == floor.engine.open_orders(ALICE)


def test_the_oldest_finished_orders_are_forgotten_first() -> None:
    floor = Floor(memory=MemoryLimits(finished_orders_max=2))
    floor.buy(ALICE, 1, 50, id="open")
    for number in range(4):
        floor.buy(ALICE, 1, 100, id=f"order-{number}")
        floor.cancel(ALICE, client_order_id=f"order-{number}")
    assert [order.client_order_id for order in floor.engine.all_orders()] == ["open", "order-2", "order-3"]
    assert floor.engine.account_orders(ALICE, "BTCUSDT") == list(floor.engine.all_orders())
    assert floor.engine.order(ALICE, "BTCUSDT", client_order_id="order-1") is None
    assert floor.engine.order(ALICE, "BTCUSDT", 3) is None


def test_forgetting_an_order_does_not_forget_a_newer_one_with_its_name() -> None:
    floor = Floor(memory=MemoryLimits(finished_orders_max=1))
    for _ in range(2):
        floor.buy(ALICE, 1, 100, id="mine")
        floor.cancel(ALICE, client_order_id="mine")
    assert floor.engine.order(ALICE, "BTCUSDT", 1) is None
    assert floor.order(ALICE, client_order_id="mine").order_id == 2


def test_an_account_finds_its_orders_of_a_symbol_whatever_became_of_them() -> None:
    floor = Floor()
    for account in (ALICE, BOB, ALICE):
        floor.buy(account, 1, 100, id="same")
        floor.cancel(account, client_order_id="same")
    floor.buy(ALICE, 1, 100)
    assert [order.order_id for order in floor.engine.account_orders(ALICE, "BTCUSDT")] == [1, 3, 4]


def test_only_the_newest_trades_of_an_account_are_kept() -> None:
    floor = Floor(memory=MemoryLimits(account_trades_max=2))
    for _ in range(3):
        floor.sell(ALICE, 1, 100)
        floor.buy(BOB, 1, 100)
    assert [trade.trade_id for trade in floor.engine.account_trades(BOB, "BTCUSDT")] == [2, 3]


def test_an_engine_that_could_not_show_an_order_to_its_caller_is_refused() -> None:
    with pytest.raises(ValueError, match="remember at least 1 finished order"):
        MemoryLimits(finished_orders_max=0)


def test_two_symbols_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="symbols are listed twice"):
        Engine([WHOLE_NUMBERS, WHOLE_NUMBERS])
