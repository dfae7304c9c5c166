"""Channels are silent, while their connections answer pings and REST is what it always is."""

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.dealing import (
    bid,
    deal,
    last_trade_id,
    of_fault,
    order_of,
    says_nothing,
    snapshot,
    trades_until,
)
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.served import OTHER, OWN, Served
from tests.mock_exchange.streams.test_local_book import LocalBook, follow
from tests.mock_exchange.websocket_client import PING, PONG, websocket
from tests.mock_exchange.ws_api.api_client import ApiClient, api
from tests.mock_exchange.ws_api.test_user_data import last_words, what

OF_A_DEAL = [("NEW", "NEW"), ("TRADE", "FILLED"), ("outboundAccountPosition",)]
TRADES = "/ws/ltcusdt@trade"


def is_silent(client: ApiClient) -> bool:
    last_words(client)
    return not client.events


def test_private_events_are_lost_while_pings_and_rest_and_the_market_are_fine(venue: Served) -> None:
    with api(venue) as own, websocket(venue.port("ws"), TRADES) as public:
        own.subscribe(OWN)
        with fault(venue, "silent_stream", channel="user_data", on_healing="lost") as evidence:
            bought = deal(venue)
            own.socket.send_frame(PING, b"there?")
            assert own.socket.read_frame()[:2] == (PONG, b"there?")
            assert is_silent(own)
            assert order_of(venue, bought["orderId"])["status"] == "FILLED"
            trades_until(public, bought["fills"][0]["tradeId"])
        assert evidence.hits == len(OF_A_DEAL)
        after = deal(venue)
        events = own.told(3)
        assert what(events) == OF_A_DEAL
        assert events[0]["i"] == after["orderId"]


def test_private_events_catch_up_in_their_order(venue: Served) -> None:
    with api(venue) as own, api(venue) as other:
        own.subscribe(OWN)
        other.subscribe(OTHER)
        with fault(venue, "silent_stream", channel="user_data"):
            bought = [deal(venue)["orderId"] for _ in range(5)]
            assert is_silent(own)
            assert is_silent(other)
        bought.append(deal(venue)["orderId"])
        events = own.told(3 * len(bought))
        assert what(events) == OF_A_DEAL * len(bought)
        assert [event["i"] for event in events if event["e"] == "executionReport"] == sorted(2 * bought)


def test_one_accounts_order_can_be_meant(venue: Served) -> None:
    with api(venue) as own:
        own.subscribe(OWN)
        on: dict[str, object] = {"client_order_id": "quiet-*"}
        with fault(venue, "silent_stream", on=on, channel="user_data", on_healing="lost") as evidence:
            deal(venue, newClientOrderId="quiet-1")
            assert what(own.told(1)) == [("outboundAccountPosition",)]
            deal(venue, newClientOrderId="loud-1")
            assert what(own.told(3)) == OF_A_DEAL
        assert evidence.hits == 2


def test_a_book_that_catches_up_needs_no_new_snapshot(venue: Served) -> None:
    with websocket(venue.port("ws"), "/ws/ltcusdt@depth@100ms") as depth:
        bid(venue)
        book = LocalBook(snapshot(venue))
        bid(venue)
        follow(depth, book, snapshot(venue)["lastUpdateId"])
        with fault(venue, "silent_stream", channel="depth"):
            missing = bid(venue)
            eventually(lambda: of_fault(venue, "silent_stream")["hits"] == 1, "the event that is withheld")
            assert says_nothing(depth)
            assert missing in dict(snapshot(venue)["bids"])
        bid(venue)
        end = snapshot(venue)
        follow(depth, book, end["lastUpdateId"])
        book.check(end)


def test_a_book_whose_events_are_lost_sees_the_gap(venue: Served) -> None:
    with websocket(venue.port("ws"), "/stream?streams=ltcusdt@depth@100ms/ltcusdt@trade") as client:
        deal(venue)
        told = [client.read_json()["stream"] for _ in range(2)]
        assert sorted(told) == ["ltcusdt@depth@100ms", "ltcusdt@trade"]
        before = snapshot(venue)["lastUpdateId"]
        first = last_trade_id(venue) + 1
        with (
            fault(venue, "silent_stream", channel="depth", on_healing="lost") as evidence,
            websocket(venue.port("ws"), "/ws/ltcusdt@depth5@100ms") as clock,
        ):
            deal(venue)
            assert client.read_json()["data"]["t"] == first  # other channels are alive
            after = snapshot(venue)["lastUpdateId"]
            # Two beats of the same cadence: whatever the depth stream had to say was due in between.
            while clock.read_json()["lastUpdateId"] < after:
                pass
            clock.read_json()
        assert evidence.hits
        bid(venue)
        assert client.read_json()["data"]["U"] > before + 1


@pytest.mark.parametrize("channel", ["user_data", "market"])
def test_the_other_side_is_heard(venue: Served, channel: str) -> None:
    with api(venue) as own, websocket(venue.port("ws"), TRADES) as public:
        own.subscribe(OWN)
        with fault(venue, "silent_stream", channel=channel, on_healing="lost"):
            bought = deal(venue)
            if channel == "market":
                assert what(own.told(3)) == OF_A_DEAL
                assert says_nothing(public)
            else:
                trades_until(public, bought["fills"][0]["tradeId"])
                assert is_silent(own)


def test_all_channels_are_silent_at_once(venue: Served) -> None:
    with api(venue) as own, websocket(venue.port("ws"), TRADES) as public:
        own.subscribe(OWN)
        with fault(venue, "silent_stream") as evidence:
            bought = deal(venue)
            assert says_nothing(public)
            assert is_silent(own)
        assert evidence.hits == len(OF_A_DEAL) + 1
        assert what(own.told(3)) == OF_A_DEAL
        trade_id = bought["fills"][0]["tradeId"]
        assert trades_until(public, trade_id) == [trade_id]
