"""Operations: requests that the venue's own rules accept, and orders that later ones can be about."""

from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.operations import OPERATIONS, Desk
from scenarios.operations.ladder import Conventions, Ladder
from scenarios.operations.orders import OpenOrders, OwnOrder
from scenarios.traffic.streams import stream
from slo.history import Operation, Outcome


def conventions(tick: str = "0.01", lot: str = "0.00001", bid: str = "60000.00") -> Conventions:
    price = Decimal(bid)
    return Conventions("BTCUSDT", Decimal(tick), Decimal(lot), Decimal(lot), Decimal(5), price, price + Decimal(tick))


def desk(run: str = "tok") -> Desk:
    return Desk({"BTCUSDT": Ladder.of(conventions())}, stream(1, "desk"), run)


def placed(at: Desk, arrival: int) -> dict[str, str]:
    request = OPERATIONS[Operation.ORDER_PLACE].request(at, "BTCUSDT", arrival)
    return {name: values[0] for name, values in parse_qs(request.query).items()}


def settle_place(at: Desk, arrival: int, outcome: Outcome, status: str) -> str:
    kind = OPERATIONS[Operation.ORDER_PLACE]
    request = kind.request(at, "BTCUSDT", arrival)
    assert kind.settled is not None
    kind.settled(at, request, outcome, status)
    return request.client_order_id


def test_the_table_has_every_operation_that_can_be_sent() -> None:
    assert set(OPERATIONS) == set(Operation) - {Operation.FEED_EVENT}


@given(
    tick=st.sampled_from(["0.01", "0.1", "1", "0.0001"]),
    lot=st.sampled_from(["0.00001", "0.001", "1"]),
    bid=st.integers(1, 10**6),
)
def test_prices_and_quantities_keep_to_the_venues_conventions(tick: str, lot: str, bid: int) -> None:
    rules = conventions(tick, lot, str(bid))
    ladder = Ladder.of(rules)
    prices = [*ladder.resting[0], *ladder.resting[1], *ladder.crossing]
    assert all(Decimal(price) > 0 and Decimal(price) % rules.tick == 0 for price in prices)
    assert all(Decimal(price) <= rules.bid for price in ladder.resting[0])
    assert all(Decimal(price) >= rules.ask for price in ladder.resting[1])
    assert Decimal(ladder.crossing[0]) >= rules.ask
    assert Decimal(ladder.crossing[1]) <= rules.bid
    for quantity in ladder.quantities:
        assert Decimal(quantity) % rules.lot == 0
        assert Decimal(quantity) * rules.bid >= rules.notional_min
    assert not any("E" in text for text in (*prices, *ladder.quantities))


def test_orders_are_balanced_and_part_of_them_cross() -> None:
    at = desk()
    orders = [placed(at, arrival) for arrival in range(2000)]
    buys = [order for order in orders if order["side"] == "BUY"]
    assert 900 < len(buys) < 1100
    crossing = [order for order in buys if Decimal(order["price"]) > Decimal("60000.00")]
    assert 0.3 < len(crossing) / len(buys) < 0.5
    assert {order["timeInForce"] for order in orders} == {"GTC"}


def test_client_order_ids_are_unique_and_short_enough() -> None:
    at = desk("0123456789abcdef")
    ids = [placed(at, arrival)["newClientOrderId"] for arrival in (0, 1, 10**12)]
    assert ids[0] == "bo-0123456789abcdef-0"
    assert len(set(ids)) == 3
    assert max(map(len, ids)) <= 36


def test_an_open_order_is_cancelled_once_and_a_filled_one_never_enters_the_pool() -> None:
    at = desk()
    mine = settle_place(at, 1, Outcome.OK, "NEW")
    settle_place(at, 2, Outcome.OK, "FILLED")
    cancel = OPERATIONS[Operation.ORDER_CANCEL]
    request = cancel.request(at, "BTCUSDT", 3)
    assert request.client_order_id == mine
    assert len(at.orders) == 0
    assert cancel.settled is not None
    cancel.settled(at, request, Outcome.SHED, "")
    assert len(at.orders) == 1, "the venue certainly did not cancel it"
    cancel.settled(at, cancel.request(at, "BTCUSDT", 4), Outcome.UNKNOWN, "")
    assert len(at.orders) == 0


def test_without_an_open_order_the_latest_is_asked_for_and_before_that_one_that_never_was() -> None:
    at = desk()
    for operation in (Operation.ORDER_CANCEL, Operation.ORDER_QUERY):
        assert OPERATIONS[operation].request(at, "BTCUSDT", 1).client_order_id == "bo-tok-none"
    filled = settle_place(at, 1, Outcome.OK, "FILLED")
    for operation in (Operation.ORDER_CANCEL, Operation.ORDER_QUERY):
        assert OPERATIONS[operation].request(at, "BTCUSDT", 1).client_order_id == filled


def test_an_order_whose_fate_is_not_known_is_not_called_open() -> None:
    at = desk()
    settle_place(at, 1, Outcome.UNKNOWN, "")
    assert len(at.orders) == 0


@given(orders_max=st.integers(1, 5), numbers=st.lists(st.integers(0, 100), max_size=20))
def test_the_pool_of_open_orders_is_bounded(orders_max: int, numbers: list[int]) -> None:
    choose = stream(1, "choices")
    pool = OpenOrders(orders_max)
    for number in numbers:
        pool.add(OwnOrder("A", str(number)), choose)
    assert len(pool) == min(orders_max, len(numbers))
    taken = [pool.take(choose) for _ in range(len(pool))]
    assert None not in taken
    assert pool.take(choose) is None


@pytest.mark.parametrize("operation", [Operation.BOOK_READ, Operation.TICKER_READ])
def test_market_data_is_not_signed(operation: Operation) -> None:
    assert not OPERATIONS[operation].request(desk(), "BTCUSDT", 1).signed
