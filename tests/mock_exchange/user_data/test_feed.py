"""What an account is told of what happens to it, from a real engine and every command."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.engine.commands import CancelAllOrders, CancelOrder, Deposit, TimeInForce
from mock_exchange.engine.symbols import format_amount
from tests.mock_exchange.user_data.floor import LTC, NOW_MS, OTHER, OWN, Floor, reports


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_a_new_order_is_reported_with_every_field_of_the_venue(floor: Floor) -> None:
    told = floor.listen()
    order_id = floor.place(OWN, "BUY", 1500, 10_000, client_order_id="first")
    report = told[0]
    execution_id = report.pop("I")
    assert execution_id >= NOW_MS * 1000
    assert report == {
        "e": "executionReport",
        "E": NOW_MS,
        "s": "LTCUSDT",
        "c": "first",
        "S": "BUY",
        "o": "LIMIT",
        "f": "GTC",
        "q": "1.50000000",
        "p": "100.00000000",
        "P": "0.00000000",
        "F": "0.00000000",
        "g": -1,
        "C": "",
        "x": "NEW",
        "X": "NEW",
        "r": "NONE",
        "i": order_id,
        "l": "0.00000000",
        "z": "0.00000000",
        "L": "0.00000000",
        "n": "0",
        "N": None,
        "T": 1000,
        "t": -1,
        "w": True,
        "m": False,
        "M": False,
        "O": 1000,
        "Z": "0.00000000",
        "Y": "0.00000000",
        "Q": "0.00000000",
        "W": 1000,
        "V": "NONE",
    }


def test_an_order_that_rests_changes_only_the_balance_that_it_holds(floor: Floor) -> None:
    told = floor.listen()
    floor.place(OWN, "BUY", 1500, 10_000)
    position = {"a": "USDT", "f": "9999850.00000000", "l": "150.00000000"}
    assert told[1:] == [{"e": "outboundAccountPosition", "E": NOW_MS, "u": 1000, "B": [position]}]


def test_each_fill_shows_both_sides_what_they_had_traded_by_then(floor: Floor) -> None:
    makers = [floor.place(OTHER, "SELL", lots, 10_000 + lots) for lots in (1, 2, 3)]
    taker_told, maker_told = floor.listen(OWN), floor.listen(OTHER)
    taker = floor.place(OWN, "BUY", 5, 10_010, client_order_id="sweep")
    names = ("i", "x", "X", "l", "z", "L", "Y", "Z", "t", "m", "w")
    assert reports(taker_told, *names) == [
        (taker, "NEW", "NEW", "0.00000000", "0.00000000", "0.00000000", "0.00000000", "0.00000000", -1, False, True),
        (taker, "TRADE", "PARTIALLY_FILLED", *fill(1, 1, 10_001, 10_001, 10_001), 1, False, True),
        (taker, "TRADE", "PARTIALLY_FILLED", *fill(2, 3, 10_002, 20_004, 30_005), 2, False, True),
        (taker, "TRADE", "FILLED", *fill(2, 5, 10_003, 20_006, 50_011), 3, False, False),
    ]
    assert reports(maker_told, *names) == [
        (makers[0], "TRADE", "FILLED", *fill(1, 1, 10_001, 10_001, 10_001), 1, True, False),
        (makers[1], "TRADE", "FILLED", *fill(2, 2, 10_002, 20_004, 20_004), 2, True, False),
        (makers[2], "TRADE", "PARTIALLY_FILLED", *fill(2, 2, 10_003, 20_006, 20_006), 3, True, True),
    ]


def fill(last: int, cumulative: int, price: int, last_quote: int, cumulative_quote: int) -> tuple[str, ...]:
    """Thousandths of LTC, cents, and their products, as l, z, L, Y and Z write them."""
    return (
        f"{last / 1000:.8f}",
        f"{cumulative / 1000:.8f}",
        f"{price / 100:.8f}",
        f"{last_quote / 100_000:.8f}",
        f"{cumulative_quote / 100_000:.8f}",
    )


def test_each_side_pays_its_commission_in_what_it_receives(floor: Floor) -> None:
    floor.place(OTHER, "SELL", 1000, 10_000)
    taker_told, maker_told = floor.listen(OWN), floor.listen(OTHER)
    floor.place(OWN, "BUY", 1000, 10_000)
    # A tenth of a percent of 1 LTC, and of 100 USDT.
    assert reports(taker_told, "n", "N")[-1] == ("0.00100000", "LTC")
    assert reports(maker_told, "n", "N") == [("0.10000000", "USDT")]


def test_a_trade_with_oneself_is_reported_once_for_each_order(floor: Floor) -> None:
    maker = floor.place(OWN, "SELL", 1, 10_000)
    told = floor.listen()
    taker = floor.place(OWN, "BUY", 1, 10_000)
    assert reports(told, "i", "x", "m") == [(taker, "NEW", False), (taker, "TRADE", False), (maker, "TRADE", True)]
    assert [event["e"] for event in told].count("outboundAccountPosition") == 1


def test_a_cancel_has_an_id_of_its_own_and_names_the_one_of_the_order(floor: Floor) -> None:
    order_id = floor.place(OWN, "BUY", 1, 10_000, client_order_id="mine")
    told = floor.listen()
    floor.commitment.apply(CancelOrder(OWN, "LTCUSDT", order_id, "", "cancel-1", 2000))
    assert reports(told, "c", "C", "x", "X", "T", "w") == [("cancel-1", "mine", "CANCELED", "CANCELED", 2000, False)]
    assert told[1]["B"] == [{"a": "USDT", "f": "10000000.00000000", "l": "0.00000000"}]


def test_cancelling_all_reports_each_order_and_the_balance_once(floor: Floor) -> None:
    orders = [floor.place(OWN, "BUY", 1, 10_000 + number) for number in range(3)]
    told = floor.listen()
    floor.commitment.apply(CancelAllOrders(OWN, "LTCUSDT", "all", 2000))
    assert reports(told, "i", "X") == [(order_id, "CANCELED") for order_id in orders]
    assert [event["e"] for event in told[3:]] == ["outboundAccountPosition"]


def test_what_may_not_rest_expires_after_its_fills(floor: Floor) -> None:
    floor.place(OTHER, "SELL", 1, 10_000)
    told = floor.listen()
    floor.place(OWN, "BUY", 3, 10_000, time_in_force=TimeInForce.IOC)
    assert told[2]["eR"] == "UNFILLED_IOC_QUANTITY_EXPIRED"
    assert reports(told, "x", "X", "z", "w") == [
        ("NEW", "NEW", "0.00000000", True),
        ("TRADE", "PARTIALLY_FILLED", "0.00100000", True),
        ("EXPIRED", "EXPIRED", "0.00100000", False),
    ]


def test_an_order_that_trades_nothing_and_rests_nowhere_leaves_the_balances_unmentioned(floor: Floor) -> None:
    told = floor.listen()
    floor.place(OWN, "BUY", 3, 10_000, time_in_force=TimeInForce.FOK)
    assert [event["e"] for event in told] == ["executionReport", "executionReport"]


def test_a_rejected_order_is_no_event(floor: Floor) -> None:
    told = floor.listen()
    floor.commitment.apply(CancelOrder(OWN, "LTCUSDT", 99, "", "cancel", 2000))
    assert told == []


def test_a_deposit_is_told_as_a_change_and_as_a_balance(floor: Floor) -> None:
    told = floor.listen()
    floor.commitment.apply(Deposit(OWN, "LTC", 150_000_000, 3000))
    assert told == [
        {"e": "balanceUpdate", "E": NOW_MS, "a": "LTC", "d": "1.50000000", "T": 3000},
        {
            "e": "outboundAccountPosition",
            "E": NOW_MS,
            "u": 3000,
            "B": [{"a": "LTC", "f": "10000001.50000000", "l": "0.00000000"}],
        },
    ]


def test_nobody_hears_of_another_account(floor: Floor) -> None:
    told = floor.listen(OTHER)
    floor.place(OWN, "BUY", 1, 10_000)
    assert told == []


def test_two_listeners_of_an_account_are_told_the_same(floor: Floor) -> None:
    floor.place(OTHER, "SELL", 10, 10_000)
    first, second = floor.listen(), floor.listen()
    floor.place(OWN, "BUY", 20, 10_000)
    assert first
    assert first == second


def test_nothing_is_told_before_it_is_safe(floor: Floor) -> None:
    told = floor.listen()
    floor.shelf.is_open = False
    floor.place(OWN, "BUY", 1, 10_000)
    assert told == []
    floor.shelf.sync()
    assert [event["e"] for event in told] == ["executionReport", "outboundAccountPosition"]


def test_who_has_stopped_listening_is_not_told_of_what_becomes_safe_later(floor: Floor) -> None:
    told: list[bytes] = []
    subscription = floor.feed.subscribe(OWN, told.append)
    floor.shelf.is_open = False
    floor.place(OWN, "BUY", 1, 10_000)
    floor.feed.end(subscription)
    floor.feed.end(subscription)
    floor.shelf.sync()
    assert told == []


def test_who_starts_to_listen_is_not_told_of_what_happened_before(floor: Floor) -> None:
    floor.shelf.is_open = False
    floor.place(OWN, "BUY", 1, 10_000)
    told = floor.listen()
    floor.shelf.sync()
    assert told == []


ORDERS = st.lists(
    st.tuples(
        st.sampled_from((OWN, OTHER)),
        st.sampled_from(("BUY", "SELL")),
        st.integers(100, 130),
        st.integers(9_998, 10_002),
        st.sampled_from(TimeInForce),
    ),
    max_size=40,
)


@given(ORDERS)
def test_the_reports_of_an_order_add_up_to_what_the_engine_knows_of_it(orders: list[tuple[Any, ...]]) -> None:
    floor = Floor()
    told = {account: floor.listen(account) for account in (OWN, OTHER)}
    for number, (account, side, lots, price, time_in_force) in enumerate(orders):
        floor.place(account, side, lots, price, time_in_force=time_in_force, client_order_id=f"o{number}")
    for account, events in told.items():
        latest = {event["i"]: event for event in events if event["e"] == "executionReport"}
        fills = [
            (event["t"], event["i"]) for event in events if event["e"] == "executionReport" and event["x"] == "TRADE"
        ]
        assert len(fills) == len(set(fills)), "a fill was told twice"
        for order_id, event in latest.items():
            order = floor.engine.order(account, "LTCUSDT", order_id)
            assert order is not None
            assert event["z"] == LTC.format_quantity(order.executed)
            assert event["X"] == order.status
            assert len([each for _, each in fills if each == order_id]) == order.trades
        balances = {held["a"]: (held["f"], held["l"]) for event in events for held in event.get("B", ())}
        for asset, (free, locked) in balances.items():
            balance = floor.engine.balances(account)[asset]
            assert (free, locked) == (format_amount(balance.free), format_amount(balance.locked))
