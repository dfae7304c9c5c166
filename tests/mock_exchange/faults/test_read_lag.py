"""Reads tell of orders and trades as they were a while ago; the engine knows better, and so do reads afterwards."""

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import marks, truth
from tests.mock_exchange.pit import ORDER, Pit
from tests.mock_exchange.served import OTHER, Json, Reply

KIND = "read_lag"
TEN_MINUTES_MS = 600_000
"""So long that what happens in a test is not seen before healing."""
SHORT_MS = 1_500


def query(pit: Pit, **ids: object) -> Reply:
    return pit.send("GET", ORDER, **ids)


def test_an_order_that_was_just_placed_does_not_exist_yet(pit: Pit) -> None:
    with fault(pit.exchange, KIND, lag_ms=TEN_MINUTES_MS) as evidence:
        order = pit.limit("BUY", 100, newClientOrderId="lag-new")["orderId"]
        for reply in (query(pit, orderId=order), query(pit, origClientOrderId="lag-new")):
            assert (reply.error, marks(reply)) == ((400, -2013), [KIND])
        assert open_ids(pit) == []
        assert [each["orderId"] for each in pit.send("GET", "/api/v3/allOrders").json][-1:] != [order]
        assert truth(pit.exchange, "lag-new")["orders"][0]["order"]["status"] == "NEW"
        assert pit.send("DELETE", ORDER, orderId=order).status == 200  # the engine knows it
    assert evidence.hits == 4
    healed = query(pit, orderId=order)
    assert (healed.json["status"], marks(healed)) == ("CANCELED", [])


def test_what_was_there_before_is_told_as_it_was(pit: Pit) -> None:
    resting = pit.limit("BUY", 100, newClientOrderId="lag-resting")["orderId"]
    with fault(pit.exchange, KIND, lag_ms=TEN_MINUTES_MS) as evidence:
        same = query(pit, orderId=resting)
        assert (same.json["status"], marks(same)) == ("NEW", [])
        pit.place("SELL", "MARKET", OTHER)
        for reply in (query(pit, orderId=resting), query(pit, origClientOrderId="lag-resting")):
            assert (reply.json["status"], reply.json["executedQty"], marks(reply)) == ("NEW", "0.00000000", [KIND])
        assert open_ids(pit) == [resting]
        assert resting not in traded(pit)
    assert evidence.hits == 4
    assert query(pit, orderId=resting).json["status"] == "FILLED"
    assert resting in traded(pit)
    assert open_ids(pit) == []


@pytest.mark.parametrize("forward", [True, False])
def test_histories_are_cut_off_whichever_end_is_asked_for(pit: Pit, forward: bool) -> None:
    first = pit.limit("BUY", 100)["orderId"]
    wanted = {"orderId": first} if forward else {"limit": 1}
    with fault(pit.exchange, KIND, lag_ms=TEN_MINUTES_MS):
        second = pit.limit("BUY", 99)["orderId"]
        assert [each["orderId"] for each in pit.send("GET", "/api/v3/allOrders", **wanted).json] == [first]
    found = [each["orderId"] for each in pit.send("GET", "/api/v3/allOrders", **wanted).json]
    assert found == ([first, second] if forward else [second])


def test_the_truth_comes_through_when_the_lag_is_over(pit: Pit) -> None:
    with fault(pit.exchange, KIND, lag_ms=SHORT_MS):
        order = pit.limit("BUY", 100)["orderId"]
        seen = [query(pit, orderId=order).json]
        eventually(lambda: _status(query(pit, orderId=order).json) == "NEW", "the order")
        pit.send("DELETE", ORDER, orderId=order)
        eventually(lambda: _status(query(pit, orderId=order).json) == "CANCELED", "its end")
        unchanged = query(pit, orderId=order)
        assert marks(unchanged) == []
    assert seen[0]["code"] == -2013


def test_an_order_is_known_by_the_name_that_it_bore(pit: Pit) -> None:
    order = pit.limit("BUY", 100, quantity=2, newClientOrderId="lag-before")["orderId"]
    with fault(pit.exchange, KIND, lag_ms=TEN_MINUTES_MS):
        amended = pit.send("PUT", f"{ORDER}/amend/keepPriority", orderId=order, newQty=1, newClientOrderId="lag-after")
        assert amended.status == 200
        assert query(pit, origClientOrderId="lag-before").json["origQty"] == "2.00000000"
        assert query(pit, origClientOrderId="lag-after").error == (400, -2013)
    assert query(pit, origClientOrderId="lag-after").json["origQty"] == "1.00000000"


def test_the_same_seed_is_late_for_the_same_reads(pit: Pit) -> None:
    first, again, other = (late(pit, seed) for seed in (1, 1, 2))
    assert first == again != other


def late(pit: Pit, seed: int) -> list[bool]:
    with fault(pit.exchange, KIND, lag_ms=TEN_MINUTES_MS, seed=seed, probability=0.5) as evidence:
        order = pit.limit("BUY", 100)["orderId"]
        touched = [query(pit, orderId=order).status == 400 for _ in range(16)]
    assert evidence.hits == sum(touched)
    return touched


def open_ids(pit: Pit) -> list[int]:
    return [each["orderId"] for each in pit.send("GET", "/api/v3/openOrders").json]


def traded(pit: Pit) -> list[int]:
    return [each["orderId"] for each in pit.send("GET", "/api/v3/myTrades").json]


def _status(told: Json) -> str:
    return str(told.get("status", ""))
