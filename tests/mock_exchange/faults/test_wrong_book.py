"""Levels are wrong under update ids without a gap: a book kept by the rules is wrong, and a snapshot puts it right."""

import pytest

from chaos.errors import InvalidFault
from tests.mock_exchange.faults.dealing import bid, snapshot
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.served import Served
from tests.mock_exchange.streams.test_local_book import LocalBook, follow
from tests.mock_exchange.websocket_client import WebSocket, websocket

DEPTH = "/ws/ltcusdt@depth@100ms"
PARTIAL = "/ws/ltcusdt@depth5@100ms"


def joined(venue: Served, client: WebSocket) -> LocalBook:
    """A book that is what the venue's is."""
    bid(venue)
    book = LocalBook(snapshot(venue))
    bid(venue)
    end = snapshot(venue)
    follow(client, book, end["lastUpdateId"])
    book.check(end)
    return book


def test_streams_tell_wrong_quantities_and_nothing_is_missing(venue: Served) -> None:
    with websocket(venue.port("ws"), DEPTH) as client:
        book = joined(venue, client)
        with fault(venue, "wrong_book", where="streams", quantity_off_percent=50) as evidence:
            price = bid(venue)
            seen = snapshot(venue)
            follow(client, book, seen["lastUpdateId"])  # which asserts that there is no gap
            assert (book.sides["b"][price], dict(seen["bids"])[price]) == ("1.50000000", "1.00000000")
        assert evidence.hits == 1
        right = bid(venue)
        end = snapshot(venue)
        follow(client, book, end["lastUpdateId"])
        assert book.sides["b"][right] == "1.00000000"
        with pytest.raises(AssertionError):
            book.check(end)  # what was told wrong stays wrong
        joined(venue, client)


def test_a_level_that_was_told_at_a_wrong_price_goes_from_there(venue: Served) -> None:
    with websocket(venue.port("ws"), DEPTH) as client:
        book = joined(venue, client)
        before = dict(book.sides["b"])
        with fault(venue, "wrong_book", where="streams", price_off_percent=-10):
            price = bid(venue, newClientOrderId="at-a-wrong-price")
            follow(client, book, snapshot(venue)["lastUpdateId"])
            assert price not in book.sides["b"]
            (told,) = book.sides["b"].keys() - before.keys()
            assert float(told) < float(price)
            venue.signed_call("DELETE", "/api/v3/order", symbol="LTCUSDT", origClientOrderId="at-a-wrong-price")
            follow(client, book, snapshot(venue)["lastUpdateId"])
            assert book.sides["b"] == before


def test_a_snapshot_can_be_wrong_where_the_stream_is_right(venue: Served) -> None:
    with websocket(venue.port("ws"), DEPTH) as client:
        book = joined(venue, client)
        truth = snapshot(venue)
        with fault(venue, "wrong_book", where="rest", price_off_percent=5) as evidence:
            wrong = snapshot(venue)
            assert wrong["lastUpdateId"] == truth["lastUpdateId"]
            pairs = list(zip(wrong["bids"], truth["bids"], strict=True))
            assert len({round(float(off[0]) - float(true[0]), 8) for off, true in pairs}) == 1
            assert all(float(off[0]) > float(true[0]) and off[1] == true[1] for off, true in pairs)
            assert snapshot(venue) == wrong
        assert evidence.hits == 2
        assert snapshot(venue) == truth
        book.check(truth)


def test_both_can_be_wrong_alike_and_partial_books_with_them(venue: Served) -> None:
    with websocket(venue.port("ws"), PARTIAL) as client:
        bid(venue)
        truth = snapshot(venue)
        with fault(venue, "wrong_book", where="both", quantity_off_percent=-50):
            wrong = snapshot(venue)
            assert wrong["bids"][0] == [truth["bids"][0][0], f"{float(truth['bids'][0][1]) / 2:.8f}"]
            while client.read_json()["bids"] != wrong["bids"][:5]:
                pass
        while client.read_json()["bids"] != truth["bids"][:5]:
            pass


def test_the_books_of_other_symbols_are_right(venue: Served) -> None:
    truth = snapshot(venue)
    on: dict[str, object] = {"symbol": "BTCUSDT"}
    with fault(venue, "wrong_book", on=on, where="both", quantity_off_percent=50) as evidence:
        assert snapshot(venue) == truth
    assert evidence.hits == 0


def wrong_snapshots(venue: Served, seed: int) -> list[int]:
    truth = snapshot(venue)
    with fault(venue, "wrong_book", seed=seed, where="rest", quantity_off_percent=1, probability=0.5) as evidence:
        wrong = [number for number in range(20) if snapshot(venue) != truth]
    assert len(wrong) == evidence.hits
    return wrong


def test_the_same_seed_falsifies_the_same_snapshots_and_another_seed_others(venue: Served) -> None:
    bid(venue)
    wrong = wrong_snapshots(venue, seed=1)
    assert 0 < len(wrong) < 20
    assert wrong_snapshots(venue, seed=1) == wrong
    assert wrong_snapshots(venue, seed=2) != wrong


def test_a_book_that_would_not_be_wrong_is_refused(venue: Served) -> None:
    with pytest.raises(InvalidFault, match="or nothing is wrong"), fault(venue, "wrong_book", where="rest"):
        pass
