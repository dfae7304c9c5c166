"""A stream's messages are missing, doubled or out of order; afterwards each comes once again, and books heal."""

from itertools import pairwise

import pytest

from chaos.errors import CannotApply
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.dealing import bid, deal, last_trade_id, of_fault, snapshot, trades_until
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.served import Served
from tests.mock_exchange.streams.test_local_book import LocalBook, follow
from tests.mock_exchange.websocket_client import websocket

TRADES = "/ws/ltcusdt@trade"
DEALS = 24


def test_a_gap_is_noticed_by_the_update_ids_and_a_new_snapshot_heals_the_book(venue: Served) -> None:
    with websocket(venue.port("ws"), "/ws/ltcusdt@depth@100ms") as client:
        bid(venue)
        book = LocalBook(snapshot(venue))
        bid(venue)
        follow(client, book, snapshot(venue)["lastUpdateId"])
        with fault(venue, "broken_sequence", how="gap", channel="depth") as evidence:
            missing = bid(venue)
            eventually(lambda: of_fault(venue, "broken_sequence")["hits"] == 1, "the message that is dropped")
            assert missing in dict(snapshot(venue)["bids"])  # REST is right all along
        assert evidence.hits == 1
        bid(venue)
        event = client.read_json()
        assert event["U"] > book.update_id + 1
        with pytest.raises(AssertionError):
            book.apply(event)
        healed = LocalBook(snapshot(venue))
        healed.apply(event)
        bid(venue)
        end = snapshot(venue)
        follow(client, healed, end["lastUpdateId"])
        healed.check(end)


def told_under(venue: Served, how: str, seed: int, probability: float = 1.0) -> tuple[list[int], int | None]:
    """The trades of a row of deals in the order in which they were told, counted from 0; and the fault's hits.

    The deal after the last was made in peace; it is not in the list.
    """
    first = last_trade_id(venue) + 1
    with websocket(venue.port("ws"), TRADES) as client:
        with fault(venue, "broken_sequence", seed=seed, how=how, channel="trade", probability=probability) as evidence:
            for _ in range(DEALS):
                deal(venue)
        deal(venue)
        told = trades_until(client, first + DEALS)
    return [trade_id - first for trade_id in told[:-1]], evidence.hits


@pytest.fixture(scope="module", autouse=True)
def traded(venue: Served) -> None:
    deal(venue)


def test_the_same_seed_drops_the_same_messages_and_another_seed_others(venue: Served) -> None:
    told, hits = told_under(venue, "gap", seed=1, probability=0.5)
    assert told == sorted(told)
    assert 0 < len(told) < DEALS
    assert hits == DEALS - len(told)
    assert told_under(venue, "gap", seed=1, probability=0.5) == (told, hits)
    assert told_under(venue, "gap", seed=2, probability=0.5)[0] != told


def test_each_message_comes_twice(venue: Served) -> None:
    assert told_under(venue, "repeat", seed=1) == ([each // 2 for each in range(2 * DEALS)], DEALS)


def test_neighbours_change_places_and_nothing_is_lost(venue: Served) -> None:
    swapped = [each ^ 1 for each in range(DEALS)]
    assert told_under(venue, "reorder", seed=1) == (swapped, DEALS // 2)
    told, hits = told_under(venue, "reorder", seed=3, probability=0.3)
    assert sorted(told) == list(range(DEALS))
    assert hits == sum(later < earlier for earlier, later in pairwise(told))


def test_one_that_waits_for_the_next_is_told_on_healing_and_was_not_touched(venue: Served) -> None:
    first = last_trade_id(venue) + 1
    with websocket(venue.port("ws"), TRADES) as client:
        with fault(venue, "broken_sequence", how="reorder", channel="trade") as evidence:
            deal(venue)
        assert trades_until(client, first) == [first]
    assert evidence.hits == 0


@pytest.mark.parametrize(("channel", "on"), [("depth", {}), ("aggTrade", {}), ("market", {"symbol": "BTCUSDT"})])
def test_other_streams_are_left_alone(venue: Served, channel: str, on: dict[str, object]) -> None:
    first = last_trade_id(venue) + 1
    with (
        websocket(venue.port("ws"), TRADES) as client,
        fault(venue, "broken_sequence", on=on, channel=channel) as evidence,
    ):
        deal(venue)
        assert trades_until(client, first) == [first]
    assert evidence.hits == 0


def test_it_is_not_ordered_for_orders(venue: Served) -> None:
    with (
        pytest.raises(CannotApply, match="cannot be told by client_order_id"),
        fault(venue, "broken_sequence", on={"client_order_id": "bo-*"}),
    ):
        pass
