"""Events of fills and orders never come; the fills are real, and REST and the truth tell of them."""

from tests.mock_exchange.faults.dealing import bid, deal, order_of, true_order
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.test_silent_stream import OF_A_DEAL
from tests.mock_exchange.served import OTHER, OWN, Served
from tests.mock_exchange.ws_api.api_client import api
from tests.mock_exchange.ws_api.test_user_data import last_words, what

BIDS = 24


def test_fills_are_not_told_and_are_real(venue: Served) -> None:
    with api(venue) as own, api(venue) as other:
        own.subscribe(OWN)
        other.subscribe(OTHER)
        with fault(venue, "lost_confirmations", events="fills") as evidence:
            bought = deal(venue)
            assert what(own.told(2)) == [("NEW", "NEW"), ("outboundAccountPosition",)]
            assert what(other.told(3)) == [("NEW", "NEW"), ("outboundAccountPosition",), ("outboundAccountPosition",)]
            assert order_of(venue, bought["orderId"])["executedQty"] == "1.00000000"
            assert true_order(venue, bought["orderId"])["status"] == "FILLED"
        assert evidence.hits == 2
        deal(venue)
        assert what(own.told(3)) == OF_A_DEAL


def test_orders_as_a_whole_or_everything(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "lost_confirmations", events="orders") as evidence:
            deal(venue)
            assert what(own.told(1)) == [("outboundAccountPosition",)]
        assert evidence.hits == 2
        with fault(venue, "lost_confirmations", events="all") as evidence:
            deal(venue)
            last_words(own)
            assert not own.events
        assert evidence.hits == 3
        deal(venue)
        assert what(own.told(3)) == OF_A_DEAL


def told_bids(venue: Served, seed: int) -> tuple[list[int], int | None]:
    """Which of a row of bids were confirmed, and how often the fault says that it hit one."""
    with api(venue) as own:
        own.subscribe(OWN)
        with fault(venue, "lost_confirmations", seed=seed, events="orders", probability=0.5) as evidence:
            for number in range(BIDS):
                bid(venue, newClientOrderId=f"bid-{number}")
            last_words(own)
        told = [message["event"]["c"] for message in own.events if message["event"]["e"] == "executionReport"]
        venue.signed_call("DELETE", "/api/v3/openOrders", symbol="LTCUSDT")
    return [int(name.removeprefix("bid-")) for name in told], evidence.hits


def test_the_same_seed_loses_the_same_confirmations_and_another_seed_others(venue: Served) -> None:
    told, hits = told_bids(venue, seed=1)
    assert 0 < len(told) < BIDS
    assert hits == BIDS - len(told)
    assert told_bids(venue, seed=1) == (told, hits)
    assert told_bids(venue, seed=2)[0] != told
