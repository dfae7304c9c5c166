"""What an account is told of orders that wait, hide, depend on each other, or are kept from trading."""

from typing import Any

import pytest

from mock_exchange.engine.commands import (
    AmendOrder,
    CancelOrder,
    CancelOrderList,
    ListKind,
    OrderType,
    PlaceOrder,
    PlaceOrderList,
    ReplaceOrder,
    SelfTradePrevention,
    Strategy,
    TimeInForce,
)
from tests.mock_exchange.user_data.floor import LTC, OTHER, OWN, Floor, reports

STOP = OrderType.STOP_LOSS_LIMIT


@pytest.fixture
def floor() -> Floor:
    """With a last price of 100."""
    floor = Floor()
    floor.trade(10_000)
    return floor


def of_kind(told: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in told if event["e"] == kind]


def test_a_stop_is_off_the_book_until_its_price_is_reached(floor: Floor) -> None:
    told = floor.listen()
    floor.place(OWN, "BUY", 5, 10_100, type=STOP, stop_price=10_050)
    waiting = told[0]
    assert (waiting["x"], waiting["X"], waiting["w"], waiting["P"]) == ("NEW", "NEW", False, "100.50000000")
    assert "W" not in waiting
    floor.trade(10_050)
    triggered = of_kind(told, "executionReport")[1]
    assert (triggered["x"], triggered["X"], triggered["w"], triggered["W"]) == ("NEW", "NEW", True, 1000)
    assert triggered["i"] == waiting["i"]


def test_a_stop_that_is_cancelled_before_its_price_was_never_working(floor: Floor) -> None:
    told = floor.listen()
    order_id = floor.place(OWN, "BUY", 5, 10_100, type=STOP, stop_price=10_050)
    floor.commitment.apply(CancelOrder(OWN, "LTCUSDT", order_id, "", "away", 2000))
    canceled = of_kind(told, "executionReport")[1]
    assert (canceled["X"], canceled["w"], "W" in canceled) == ("CANCELED", False, False)


def test_a_stop_that_trades_at_once_when_triggered_is_told_all_of_it(floor: Floor) -> None:
    floor.place(OTHER, "SELL", 5, 10_080)
    told = floor.listen()
    floor.place(OWN, "BUY", 5, 10_100, type=STOP, stop_price=10_050)
    floor.trade(10_050)
    assert reports(told, "x", "X", "w", "z") == [
        ("NEW", "NEW", False, "0.00000000"),
        ("NEW", "NEW", True, "0.00000000"),
        ("TRADE", "FILLED", False, "0.00500000"),
    ]


def test_a_trailing_order_tells_its_delta_and_since_when_it_follows(floor: Floor) -> None:
    told = floor.listen()
    floor.place(OWN, "SELL", 5, 9_000, type=STOP, trailing_delta=100)
    assert (told[0]["d"], told[0]["D"], told[0]["P"]) == (100, 1000, "0.00000000")


def test_an_iceberg_tells_what_it_shows_and_a_strategy_its_labels(floor: Floor) -> None:
    told = floor.listen()
    floor.place(OWN, "BUY", 50, 9_000, iceberg=10, strategy=Strategy(7, 1_000_000))
    assert (told[0]["F"], told[0]["j"], told[0]["J"]) == ("0.01000000", 7, 1_000_000)


def test_an_amendment_keeps_the_order_and_may_rename_it(floor: Floor) -> None:
    order_id = floor.place(OWN, "BUY", 10, 9_900, client_order_id="before")
    told = floor.listen()
    floor.commitment.apply(AmendOrder(OWN, "LTCUSDT", order_id, "", "after", 4, 2000))
    assert reports(told, "i", "x", "X", "q", "c", "C", "w") == [
        (order_id, "REPLACED", "NEW", "0.00400000", "after", "before", True)
    ]
    assert told[1]["B"] == [{"a": "USDT", "f": "9999999.60400000", "l": "0.39600000"}]


def test_an_amended_order_that_still_waits_for_another_one_is_pending(floor: Floor) -> None:
    working = floor.order(OWN, "BUY", 5, 9_900, client_order_id="working")
    pending = floor.order(OWN, "SELL", 5, 11_000, client_order_id="pending")
    place_list(floor, ListKind.OTO, working, pending)
    told = floor.listen()
    floor.commitment.apply(AmendOrder(OWN, "LTCUSDT", 0, "pending", "after", 4, 2000))
    assert reports(told, "x", "X", "q", "c", "C", "w") == [
        ("REPLACED", "PENDING_NEW", "0.00400000", "after", "pending", False)
    ]


def test_a_market_order_that_empties_the_book_is_never_called_filled(floor: Floor) -> None:
    floor.place(OTHER, "SELL", 10, 10_000)
    told = floor.listen()
    amount = LTC.notional(10_000, 20)
    market = {"type": OrderType.MARKET, "quote_quantity": amount}
    floor.place(OWN, "BUY", 0, 0, **market)
    assert reports(told, "x", "X", "Q") == [
        ("NEW", "NEW", "2.00000000"),
        ("TRADE", "PARTIALLY_FILLED", "2.00000000"),
        ("EXPIRED", "EXPIRED", "2.00000000"),
    ]


# Cancel and replace


def replace(floor: Floor, order_id: int, place: PlaceOrder) -> None:
    cancel = CancelOrder(OWN, "LTCUSDT", order_id, "", "away", 2000)
    floor.commitment.apply(ReplaceOrder(cancel, place, allow_failure=False))


def test_a_replaced_order_is_a_cancel_and_a_new_order(floor: Floor) -> None:
    order_id = floor.place(OWN, "BUY", 10, 9_900)
    told = floor.listen()
    replace(floor, order_id, floor.order(OWN, "BUY", 10, 9_901, client_order_id="next"))
    assert reports(told, "x", "c") == [("CANCELED", "away"), ("NEW", "next")]
    assert len(of_kind(told, "outboundAccountPosition")) == 1


def test_a_new_order_that_is_refused_after_its_cancel_is_reported_as_rejected(floor: Floor) -> None:
    order_id = floor.place(OWN, "BUY", 10, 9_900)
    told = floor.listen()
    floor.place(OTHER, "SELL", 10, 10_000)
    replace(floor, order_id, floor.order(OWN, "BUY", 10, 10_000, client_order_id="next", type=OrderType.LIMIT_MAKER))
    assert reports(told, "x", "X", "c", "r", "i", "w") == [
        ("CANCELED", "CANCELED", "away", "NONE", order_id, False),
        ("REJECTED", "REJECTED", "next", "WOULD_MATCH_IMMEDIATELY", -1, False),
    ]


# Order lists


def legs(floor: Floor) -> tuple[PlaceOrder, PlaceOrder]:
    """Sell above at 110, or below when the price falls to 90."""
    above = floor.order(OWN, "SELL", 5, 11_000, type=OrderType.LIMIT_MAKER, client_order_id="above")
    below = floor.order(OWN, "SELL", 5, 8_900, type=STOP, stop_price=9_000, client_order_id="below")
    return above, below


def place_list(floor: Floor, kind: ListKind, *orders: PlaceOrder) -> None:
    events = floor.commitment.apply(PlaceOrderList(OWN, "LTCUSDT", kind, "list", orders, 1000))
    assert len(events) > 1, events


def test_a_pair_is_told_with_its_orders_and_ends_when_one_of_them_trades(floor: Floor) -> None:
    told = floor.listen()
    place_list(floor, ListKind.OCO, *legs(floor))
    (started,) = of_kind(told, "listStatus")
    assert (started["c"], started["l"], started["L"], started["C"]) == ("OCO", "EXEC_STARTED", "EXECUTING", "list")
    assert [order["c"] for order in started["O"]] == ["above", "below"]
    assert {event["g"] for event in told if "g" in event} == {started["g"]}
    assert sorted(reports(told, "c", "X", "w")) == [("above", "NEW", True), ("below", "NEW", False)]
    told.clear()
    floor.place(OTHER, "BUY", 5, 11_000)
    assert reports(told, "c", "x", "X") == [("above", "TRADE", "FILLED"), ("below", "EXPIRED", "EXPIRED")]
    assert next(event for event in told if event.get("c") == "below")["eR"] == "OCO_TRIGGER"
    (done,) = of_kind(told, "listStatus")
    assert (done["l"], done["L"]) == ("ALL_DONE", "ALL_DONE")


def test_a_pair_is_cancelled_as_one(floor: Floor) -> None:
    place_list(floor, ListKind.OCO, *legs(floor))
    told = floor.listen()
    floor.commitment.apply(CancelOrderList(OWN, "LTCUSDT", -1, "list", "away", 2000))
    assert sorted(reports(told, "c", "C", "X")) == [("away", "above", "CANCELED"), ("away", "below", "CANCELED")]
    assert [event["L"] for event in of_kind(told, "listStatus")] == ["ALL_DONE"]


def test_a_pending_order_begins_when_the_working_one_is_filled(floor: Floor) -> None:
    told = floor.listen()
    working = floor.order(OWN, "BUY", 5, 9_900, client_order_id="working")
    pending = floor.order(OWN, "SELL", 5, 11_000, client_order_id="pending")
    place_list(floor, ListKind.OTO, working, pending)
    assert reports(told, "c", "x", "X", "w") == [
        ("working", "NEW", "NEW", True),
        ("pending", "NEW", "PENDING_NEW", False),
    ]
    told.clear()
    floor.place(OTHER, "SELL", 5, 9_900)
    assert reports(told, "c", "x", "X", "w") == [
        ("working", "TRADE", "FILLED", False),
        ("pending", "NEW", "NEW", True),
    ]


def test_a_pending_pair_is_told_as_a_list_of_one_triggering_others(floor: Floor) -> None:
    told = floor.listen()
    working = floor.order(OWN, "BUY", 5, 9_900, client_order_id="working")
    place_list(floor, ListKind.OTOCO, working, *legs(floor))
    assert of_kind(told, "listStatus")[0]["c"] == "OTO"
    told.clear()
    floor.place(OTHER, "SELL", 5, 9_900)
    assert sorted(reports(told, "c", "X", "w")) == [
        ("above", "NEW", True),
        ("below", "NEW", False),
        ("working", "FILLED", False),
    ]


# Self-trade prevention


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (
            SelfTradePrevention.EXPIRE_TAKER,
            [("taker", "NEW", "NEW", None), ("taker", "TRADE_PREVENTION", "EXPIRED_IN_MATCH", "0.00500000")],
        ),
        (
            SelfTradePrevention.EXPIRE_MAKER,
            [("taker", "NEW", "NEW", None), ("maker", "TRADE_PREVENTION", "EXPIRED_IN_MATCH", "0.00300000")],
        ),
        (
            SelfTradePrevention.EXPIRE_BOTH,
            [
                ("taker", "NEW", "NEW", None),
                ("taker", "TRADE_PREVENTION", "EXPIRED_IN_MATCH", "0.00500000"),
                ("maker", "TRADE_PREVENTION", "EXPIRED_IN_MATCH", "0.00300000"),
            ],
        ),
        (
            SelfTradePrevention.DECREMENT,
            [
                ("taker", "NEW", "NEW", None),
                ("taker", "TRADE_PREVENTION", "NEW", "0.00300000"),
                ("maker", "TRADE_PREVENTION", "EXPIRED_IN_MATCH", "0.00300000"),
            ],
        ),
    ],
)
def test_who_loses_by_self_trade_prevention_is_told_once(
    floor: Floor, mode: SelfTradePrevention, expected: list[tuple[object, ...]]
) -> None:
    maker = floor.place(OWN, "SELL", 3, 10_000, client_order_id="maker")
    told = floor.listen()
    taker = floor.place(OWN, "BUY", 5, 10_000, client_order_id="taker", self_trade_prevention=mode)
    events = of_kind(told, "executionReport")
    assert [(event["c"], event["x"], event["X"], event.get("B")) for event in events] == expected
    for event in events[1:]:
        assert (event["v"], event["u"], event["l"], event["pL"]) == (0, OWN, "0.00000000", "100.00000000")
        assert event["U"] == (maker if event["c"] == "taker" else taker)
        assert event["A"] == event["B"] == event["pl"]


def test_an_order_trades_after_a_prevention_only_while_it_has_not_ended(floor: Floor) -> None:
    floor.place(OWN, "SELL", 3, 10_000, client_order_id="maker")
    floor.place(OTHER, "SELL", 5, 10_001)
    told = floor.listen()
    market = {"type": OrderType.MARKET, "quote_quantity": LTC.notional(10_000, 50)}
    decrement = {"self_trade_prevention": SelfTradePrevention.DECREMENT}
    floor.place(OWN, "BUY", 0, 0, client_order_id="taker", **market, **decrement)
    of_taker = [event for event in of_kind(told, "executionReport") if event["c"] == "taker"]
    assert [(event["x"], event["X"]) for event in of_taker] == [
        ("NEW", "NEW"),
        ("TRADE_PREVENTION", "NEW"),
        ("TRADE", "PARTIALLY_FILLED"),
        ("EXPIRED", "EXPIRED"),
    ]


def test_what_is_prevented_adds_up_over_several_makers(floor: Floor) -> None:
    for lots in (2, 3):
        floor.place(OWN, "SELL", lots, 10_000, client_order_id=f"maker-{lots}")
    told = floor.listen()
    decrement = {"self_trade_prevention": SelfTradePrevention.DECREMENT, "time_in_force": TimeInForce.IOC}
    floor.place(OWN, "BUY", 5, 10_000, client_order_id="taker", **decrement)
    of_taker = [event for event in of_kind(told, "executionReport") if event["c"] == "taker"]
    assert [(event["X"], event.get("A"), event.get("B")) for event in of_taker] == [
        ("NEW", None, None),
        ("NEW", "0.00200000", "0.00200000"),
        ("EXPIRED_IN_MATCH", "0.00500000", "0.00300000"),
    ]
