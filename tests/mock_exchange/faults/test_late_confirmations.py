"""User events wait, in their order, while what they tell of is done and known to REST; healing tells them at once."""

from tests.mock_exchange.faults.dealing import deal, order_of, true_order
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.test_silent_stream import OF_A_DEAL, is_silent
from tests.mock_exchange.served import OWN, Served
from tests.mock_exchange.ws_api.api_client import api
from tests.mock_exchange.ws_api.test_user_data import what

AN_HOUR_MS = 3_600_000


def test_fills_are_real_long_before_they_are_confirmed(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "late_confirmations", delay_ms=AN_HOUR_MS) as evidence:
            bought = deal(venue)
            assert is_silent(own)
            assert bought["status"] == "FILLED"
            assert order_of(venue, bought["orderId"])["status"] == "FILLED"
            assert true_order(venue, bought["orderId"])["status"] == "FILLED"
        events = own.told(3)
        assert what(events) == OF_A_DEAL
        assert events[1]["i"] == bought["orderId"]
        assert evidence.hits == 3
        deal(venue)
        assert what(own.told(3)) == OF_A_DEAL


def test_they_come_by_themselves_and_keep_their_order_whatever_the_jitter(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "late_confirmations", delay_ms=300, jitter_ms=300) as evidence:
            bought = [deal(venue)["orderId"] for _ in range(8)]
            events = own.told(3 * len(bought))
            assert what(events) == OF_A_DEAL * len(bought)
            assert [event["i"] for event in events if event["e"] == "executionReport"] == sorted(2 * bought)
        assert evidence.hits == len(events)
        assert is_silent(own)


def test_what_follows_a_late_event_waits_behind_it(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        on: dict[str, object] = {"client_order_id": "late-1"}
        with fault(venue, "late_confirmations", on=on, delay_ms=AN_HOUR_MS) as evidence:
            deal(venue, newClientOrderId="early-1")
            assert what(own.told(3)) == OF_A_DEAL
            deal(venue, newClientOrderId="late-1")
            deal(venue, newClientOrderId="behind-1")
            assert is_silent(own)
        assert evidence.hits == 6
        assert [event.get("c") for event in own.told(6)] == ["late-1", "late-1", None, "behind-1", "behind-1", None]


def test_one_fault_tells_late_what_another_tells_twice(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        with (
            fault(venue, "duplicate_confirmations", events="fills") as twice,
            fault(venue, "late_confirmations", delay_ms=AN_HOUR_MS),
        ):
            deal(venue)
            assert is_silent(own)
        events = own.told(4)
        assert sorted(what(events)) == sorted([*OF_A_DEAL, OF_A_DEAL[1]])
        assert twice.hits == 1
