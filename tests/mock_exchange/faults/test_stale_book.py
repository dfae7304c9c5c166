"""The books that are shown stand still while trading goes on; afterwards they are what they are."""

import pytest

from tests.mock_exchange.faults.dealing import bid, place, says_nothing, snapshot
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.test_wrong_book import DEPTH, PARTIAL, joined
from tests.mock_exchange.served import OWN, Json, Served
from tests.mock_exchange.streams.test_local_book import follow
from tests.mock_exchange.websocket_client import websocket
from tests.mock_exchange.ws_api.api_client import api


def best_bid(venue: Served) -> Json:
    return venue.get("/api/v3/ticker/bookTicker", symbol="LTCUSDT").json["bidPrice"]


def test_snapshots_stand_still_while_streams_go_on(venue: Served) -> None:
    with websocket(venue.port("ws"), DEPTH) as client, api(venue) as calls:
        book = joined(venue, client)
        old, old_best = snapshot(venue), best_bid(venue)
        with fault(venue, "stale_book", where="rest") as evidence:
            price = bid(venue)
            assert snapshot(venue) == old
            assert calls.ask("depth", {"symbol": "LTCUSDT", "limit": 5000})["result"] == old
            assert best_bid(venue) == old_best
            while price not in book.sides["b"]:
                book.apply(client.read_json())
        assert evidence.hits == 3
        new = snapshot(venue)
        assert new["lastUpdateId"] > old["lastUpdateId"]
        assert best_bid(venue) == price
        book.check(new)


def test_streams_that_stood_still_catch_up_without_a_gap(venue: Served) -> None:
    with (
        websocket(venue.port("ws"), DEPTH) as client,
        websocket(venue.port("ws"), "/ws/ltcusdt@bookTicker") as ticker,
        websocket(venue.port("ws"), PARTIAL) as partial,
    ):
        book = joined(venue, client)
        old = snapshot(venue)
        while partial.read_json()["lastUpdateId"] < old["lastUpdateId"]:
            pass
        while ticker.read_json()["u"] < old["lastUpdateId"]:
            pass
        with fault(venue, "stale_book", where="streams") as evidence:
            price = bid(venue)
            assert price in dict(snapshot(venue)["bids"])
            for _ in range(3):
                assert partial.read_json()["lastUpdateId"] == old["lastUpdateId"]
            assert says_nothing(client)
            assert says_nothing(ticker)
        assert evidence.hits
        higher = bid(venue)
        assert ticker.read_json()["b"] == higher
        end = snapshot(venue)
        follow(client, book, end["lastUpdateId"])  # which asserts that there is no gap
        book.check(end)


def test_a_stale_book_under_ids_that_go_on_looks_fresh(venue: Served) -> None:
    with websocket(venue.port("ws"), DEPTH) as client:
        book = joined(venue, client)
        old = snapshot(venue)
        with fault(venue, "stale_book", where="both", update_ids="advance") as evidence:
            price = bid(venue)
            fresh = snapshot(venue)
            assert fresh["lastUpdateId"] > old["lastUpdateId"]
            assert (fresh["bids"], fresh["asks"]) == (old["bids"], old["asks"])
            follow(client, book, fresh["lastUpdateId"])
            book.check(fresh)
        assert evidence.hits == 2
        bid(venue)
        end = snapshot(venue)
        assert price in dict(end["bids"])
        follow(client, book, end["lastUpdateId"])
        with pytest.raises(AssertionError):
            book.check(end)  # nothing tells of what was left out, but a snapshot
        joined(venue, client)


def test_who_comes_while_all_is_stale_is_told_that_the_snapshot_is_too_old(venue: Served) -> None:
    bid(venue)
    with fault(venue, "stale_book", where="both"):
        bid(venue)
        client = websocket(venue.port("ws"), DEPTH)
        with client as newcomer:
            newcomer.call("LIST_SUBSCRIPTIONS")
            old = snapshot(venue)
            bid(venue)
            assert venue.call("POST", "/faults/reset", port="admin", token="test-token").status == 200
            bid(venue)
            assert newcomer.read_json()["U"] > old["lastUpdateId"] + 1
            joined(venue, newcomer)


def test_other_books_go_on(venue: Served) -> None:
    on: dict[str, object] = {"symbol": "BTCUSDT"}
    with fault(venue, "stale_book", on=on) as evidence:
        price = bid(venue)
        assert price in dict(snapshot(venue)["bids"])
        place(venue, OWN, "BUY", "50000", symbol="BTCUSDT", quantity="0.01")
        assert snapshot(venue, "BTCUSDT")["bids"] == []
    assert evidence.hits == 1
    assert snapshot(venue, "BTCUSDT")["bids"]
