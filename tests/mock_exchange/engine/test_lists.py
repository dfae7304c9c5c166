"""Order lists: what happens to the others when something happens to one."""

import pytest

from mock_exchange.engine.commands import (
    CancelOrderList,
    ListKind,
    OrderType,
    PlaceOrder,
    PlaceOrderList,
    SelfTradePrevention,
)
from mock_exchange.engine.events import Accepted, Event, Expired, ExpiryReason, ListChanged, Rejection
from mock_exchange.engine.orders import ListOrderStatus, ListStatusType, OrderList, OrderStatus
from tests.mock_exchange.engine.floor import (
    ALICE,
    BOB,
    BUY,
    CAROL,
    IOC,
    LIMIT_MAKER,
    MARKET,
    SELL,
    UNIT,
    Floor,
    kinds,
    refusal,
    symbol_with,
)

STOP_LOSS, STOP_LOSS_LIMIT = OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT
TAKE_PROFIT = OrderType.TAKE_PROFIT
RICH = 1_000_000 * UNIT


class ListFloor(Floor):
    """One lot was traded at 100; what Alice places in lists is always 2 lots."""

    def opened(self) -> "ListFloor":
        self.trade_at(100)
        return self

    def place_list(self, kind: ListKind, *orders: PlaceOrder, id: str = "list") -> list[Event]:  # noqa: A002
        return self.engine.apply(PlaceOrderList(ALICE, "BTCUSDT", kind, id, orders, self.time_ms))

    def bracket(self) -> tuple[PlaceOrder, PlaceOrder]:
        """Sells at 110, or stops a loss at 90."""
        above = self.ordered(ALICE, SELL, 2, 110, type=LIMIT_MAKER, id="above")
        return above, self.ordered(ALICE, SELL, 2, 88, type=STOP_LOSS_LIMIT, stop=90, id="below")

    def place_pair(self) -> list[Event]:
        return self.place_list(ListKind.OCO, *self.bracket())

    def entry(self, price: int = 95) -> PlaceOrder:
        return self.ordered(ALICE, BUY, 2, price, id="working")

    def status(self, name: str) -> OrderStatus:
        return self.order(ALICE, client_order_id=name).status

    def list(self) -> OrderList:
        found = self.engine.order_list(ALICE, client_list_id="list")
        assert found is not None
        return found


def floor_with_pair() -> ListFloor:
    floor = ListFloor().opened()
    floor.place_pair()
    return floor


def test_a_pair_is_accepted_as_a_list() -> None:
    events = ListFloor().opened().place_pair()
    assert events == [
        ListChanged(
            ALICE,
            "BTCUSDT",
            0,
            "list",
            ListKind.OCO,
            ListStatusType.EXEC_STARTED,
            ListOrderStatus.EXECUTING,
        ),
        Accepted(ALICE, "BTCUSDT", 3, "above", 0),
        Accepted(ALICE, "BTCUSDT", 4, "below", 0),
    ]


def test_a_pair_holds_what_one_of_its_orders_needs() -> None:
    floor = floor_with_pair()
    assert floor.balance(ALICE, "BTC") == (RICH - 2 * UNIT, 2 * UNIT)
    below = floor.ordered(ALICE, BUY, 2, 80, type=LIMIT_MAKER)
    floor.place_list(ListKind.OCO, floor.ordered(ALICE, BUY, 2, 125, type=STOP_LOSS_LIMIT, stop=120), below, id="buy")
    assert floor.balance(ALICE, "USDT") == (RICH - 250 * UNIT, 250 * UNIT), "the dearer of 160 and 250"


def test_the_first_fill_of_one_order_expires_the_other() -> None:
    floor = floor_with_pair()
    events = floor.buy(BOB, 1, 110)
    assert events[-1] == Expired(ALICE, "BTCUSDT", 4, ExpiryReason.LIST)
    assert (floor.status("above"), floor.status("below")) == (OrderStatus.PARTIALLY_FILLED, OrderStatus.EXPIRED)
    assert floor.list().is_open
    events = floor.buy(BOB, 1, 110)
    assert isinstance(events[-1], ListChanged)
    assert not floor.list().is_open
    assert floor.balance(ALICE, "BTC") == (RICH - 2 * UNIT, 0)


def test_the_stop_that_triggers_expires_the_other_before_it_trades() -> None:
    floor = floor_with_pair()
    floor.buy(CAROL, 5, 89)
    events = floor.market(BOB, SELL, 1)
    assert kinds(events) == ["Accepted", "Traded", "Triggered", "Expired", "Traded", "ListChanged"]
    assert (floor.status("above"), floor.status("below")) == (OrderStatus.EXPIRED, OrderStatus.FILLED)
    assert floor.asks() == []


def test_both_orders_of_a_pair_may_be_stops() -> None:
    floor = ListFloor().opened()
    above = floor.ordered(ALICE, SELL, 2, type=TAKE_PROFIT, stop=110, id="above")
    floor.place_list(ListKind.OCO, above, floor.bracket()[1])
    assert floor.balance(ALICE, "BTC") == (RICH - 2 * UNIT, 2 * UNIT)
    floor.buy(CAROL, 2, 105)
    assert kinds(floor.trade_at(110))[-4:] == ["Triggered", "Expired", "Traded", "ListChanged"]
    assert floor.balance(ALICE, "BTC") == (RICH - 2 * UNIT, 0)


def test_canceling_one_order_cancels_the_list() -> None:
    floor = floor_with_pair()
    events = floor.cancel(ALICE, client_order_id="below")
    assert kinds(events) == ["Canceled", "Canceled", "ListChanged"]
    assert [floor.status(name) for name in ("above", "below")] == [OrderStatus.CANCELED] * 2
    assert floor.balance(ALICE, "BTC") == (RICH, 0)
    assert floor.engine.open_lists(ALICE) == []


@pytest.mark.parametrize(("list_id", "name"), [(0, ""), (-1, "list"), (0, "list")])
def test_a_list_is_canceled_by_either_of_its_ids(list_id: int, name: str) -> None:
    floor = floor_with_pair()
    command = CancelOrderList(ALICE, "BTCUSDT", list_id, name, "the-cancel", floor.time_ms)
    assert kinds(floor.engine.apply(command)) == ["Canceled", "Canceled", "ListChanged"]
    assert refusal(floor.engine.apply(command)) is Rejection.UNKNOWN_LIST


def test_the_prices_of_a_pair_lie_on_either_side_of_the_last_one() -> None:
    floor = ListFloor().opened()
    above, below = floor.bracket()
    assert refusal(floor.place_list(ListKind.OCO, below, above)) is Rejection.LIST_PRICES
    high_stop = floor.ordered(ALICE, SELL, 2, 88, type=STOP_LOSS_LIMIT, stop=101)
    assert refusal(floor.place_list(ListKind.OCO, above, high_stop)) is Rejection.LIST_PRICES


def test_orders_that_cannot_depend_on_each_other_are_refused() -> None:
    floor = ListFloor().opened()
    above, below = floor.bracket()
    larger = floor.ordered(ALICE, SELL, 3, 88, type=STOP_LOSS_LIMIT, stop=90)
    maker = floor.ordered(ALICE, SELL, 2, 105, type=LIMIT_MAKER)
    for orders in ((above, larger), (above, maker), (above,), (above, below, below)):
        assert refusal(floor.place_list(ListKind.OCO, *orders)) is Rejection.UNSUPPORTED
    assert refusal(floor.place_list(ListKind.OTO, below, above)) is Rejection.UNSUPPORTED


def test_the_names_of_a_list_and_of_its_orders_are_unique_among_open_ones() -> None:
    floor = floor_with_pair()
    others = [floor.ordered(ALICE, SELL, 2, 110, type=LIMIT_MAKER), floor.bracket()[1]]
    assert refusal(floor.place_list(ListKind.OCO, *others)) is Rejection.DUPLICATE_CLIENT_LIST_ID
    assert refusal(floor.place_list(ListKind.OCO, *others, id="new")) is Rejection.DUPLICATE_CLIENT_ORDER_ID


def test_a_list_counts_all_its_orders() -> None:
    for filters, reason in (
        ({"open_orders_max": 1}, Rejection.MAX_NUM_ORDERS),
        ({"algo_orders_max": 0}, Rejection.MAX_NUM_ALGO_ORDERS),
        ({"order_lists_max": 0}, Rejection.MAX_NUM_ORDER_LISTS),
    ):
        floor = ListFloor(symbol_with(**filters))
        assert refusal(floor.place_pair()) is reason


def test_a_pending_order_waits_and_holds_nothing_until_the_working_one_is_filled() -> None:
    floor = ListFloor().opened()
    floor.place_list(ListKind.OTO, floor.entry(), floor.ordered(ALICE, SELL, 2, 120, id="pending"))
    assert (floor.status("working"), floor.status("pending")) == (OrderStatus.NEW, OrderStatus.PENDING_NEW)
    floor.sell(BOB, 1, 95)
    assert floor.status("pending") is OrderStatus.PENDING_NEW
    assert floor.balance(ALICE, "BTC")[1] == 0
    assert kinds(floor.sell(BOB, 1, 95)) == ["Accepted", "Traded", "Activated"]
    assert floor.asks() == [(120, 2)]
    floor.buy(BOB, 2, 120)
    assert not floor.list().is_open


def test_a_working_order_that_is_filled_at_once_begins_the_pending_one_at_once() -> None:
    floor = ListFloor().opened()
    floor.sell(BOB, 2, 101)
    pending = floor.ordered(ALICE, SELL, 2, type=MARKET, id="pending")
    events = floor.place_list(ListKind.OTO, floor.entry(101), pending)
    assert kinds(events) == ["ListChanged", *["Accepted"] * 2, "Traded", "Activated", "Expired", "ListChanged"]


def test_a_working_order_that_ends_unfilled_takes_the_pending_one_with_it() -> None:
    floor = ListFloor().opened()
    working = floor.ordered(ALICE, BUY, 2, 95, tif=IOC, id="working")
    events = floor.place_list(ListKind.OTO, working, floor.ordered(ALICE, SELL, 2, 120, id="pending"))
    assert events[-2] == Expired(ALICE, "BTCUSDT", 4, ExpiryReason.LIST)
    assert not floor.list().is_open


def test_a_pending_order_that_cannot_be_paid_for_expires() -> None:
    floor = ListFloor(riches=0)
    floor.deposit(ALICE, "USDT", 190)
    floor.deposit(BOB, "BTC", 2)
    floor.place_list(ListKind.OTO, floor.entry(), floor.ordered(ALICE, SELL, 3, 120, id="pending"))
    events = floor.sell(BOB, 2, 95)
    assert events[-2] == Expired(ALICE, "BTCUSDT", 2, ExpiryReason.FUNDS)


def test_a_filled_entry_begins_a_pair_of_which_one_cancels_the_other() -> None:
    floor = ListFloor().opened()
    floor.place_list(ListKind.OTOCO, floor.entry(), *floor.bracket())
    events = floor.sell(BOB, 2, 95)
    assert kinds(events)[-2:] == ["Activated", "Activated"]
    assert floor.asks() == [(110, 2)]
    assert floor.balance(ALICE, "BTC") == (RICH, 2 * UNIT)
    events = floor.buy(BOB, 2, 110)
    assert kinds(events)[-2:] == ["Expired", "ListChanged"]


def test_a_pending_order_that_the_market_does_not_allow_any_more_expires() -> None:
    floor = ListFloor().opened()
    floor.sell(CAROL, 1, 104)
    for pending in (
        floor.ordered(ALICE, BUY, 2, 105, type=LIMIT_MAKER),
        floor.ordered(ALICE, SELL, 2, type=STOP_LOSS, stop=97),
    ):
        floor.place_list(ListKind.OTO, floor.entry(), pending)
        expired = floor.sell(BOB, 2, 95)[-2]
        assert isinstance(expired, Expired)
        assert expired.reason is ExpiryReason.REFUSED


def test_self_trade_prevention_of_one_order_expires_the_other() -> None:
    floor = floor_with_pair()
    floor.place(ALICE, BUY, 2, 110, stp=SelfTradePrevention.EXPIRE_MAKER)
    assert (floor.status("above"), floor.status("below")) == (OrderStatus.EXPIRED_IN_MATCH, OrderStatus.EXPIRED)
    assert not floor.list().is_open
