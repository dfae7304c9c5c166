"""A fill is told once more, word for word; afterwards it is told once."""

from collections import Counter

from chaos.draws import Draws
from tests.mock_exchange.faults.dealing import deal
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.test_silent_stream import OF_A_DEAL, is_silent
from tests.mock_exchange.served import OWN, Served
from tests.mock_exchange.ws_api.api_client import api
from tests.mock_exchange.ws_api.test_user_data import what


def test_a_fill_is_told_twice_and_happened_once(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "duplicate_confirmations", delay_ms=50) as evidence:
            bought = deal(venue)
            events = own.told(4)
            assert what(events) == [*OF_A_DEAL, ("TRADE", "FILLED")]
            assert events[3] == events[1]
            trades = venue.signed_call("GET", "/api/v3/myTrades", symbol="LTCUSDT", orderId=bought["orderId"]).json
            assert [trade["id"] for trade in trades] == [events[3]["t"]]
        assert evidence.hits == 1
        deal(venue)
        assert what(own.told(3)) == OF_A_DEAL
        assert is_silent(own)


def test_all_events_of_an_order_can_be_told_again(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        on: dict[str, object] = {"client_order_id": "again-*"}
        with fault(venue, "duplicate_confirmations", on=on, events="orders") as evidence:
            deal(venue, newClientOrderId="again-1")
            deal(venue, newClientOrderId="once-1")
            events = own.told(8)
            reports = Counter((event["c"], event["x"]) for event in events if event["e"] == "executionReport")
            assert reports == {
                ("again-1", "NEW"): 2,
                ("again-1", "TRADE"): 2,
                ("once-1", "NEW"): 1,
                ("once-1", "TRADE"): 1,
            }
        assert evidence.hits == 2


def test_what_was_not_told_again_before_healing_never_is(venue: Served) -> None:
    """The second fault's repetition is due after that of the first would have been."""
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "duplicate_confirmations", delay_ms=2_000) as healed:
            deal(venue, newClientOrderId="healed-1")
            assert what(own.told(3)) == OF_A_DEAL
        with fault(venue, "duplicate_confirmations", delay_ms=2_000):
            deal(venue, newClientOrderId="again-1")
            events = own.told(4)
            assert what(events) == [*OF_A_DEAL, OF_A_DEAL[1]]
            assert events[3]["c"] == "again-1"
        assert healed.hits == 0


def test_the_seed_says_which_fills_are_repeated(venue: Served) -> None:
    draws = [Draws(3, "duplicate_confirmations", ordinal).uniform("probability") for ordinal in range(20)]
    again = [number for number, draw in enumerate(draws) if draw < 0.5]
    assert 0 < len(again) < 20
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "duplicate_confirmations", seed=3, probability=0.5) as evidence:
            for number in range(20):
                deal(venue, newClientOrderId=f"deal-{number}")
            events = own.told(60 + len(again))
    told = Counter(event["c"] for event in events if event.get("x") == "TRADE")
    assert told == {f"deal-{number}": 2 if number in again else 1 for number in range(20)}
    assert evidence.hits == len(again)
