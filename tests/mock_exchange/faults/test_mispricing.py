"""A price that everyone trusts is wrong; the book is right, and so is the price once the fault is lifted."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from chaos.errors import CannotApply, InvalidFault
from chaos.parse import parse_fault
from tests.mock_exchange.durable.mortal import alive
from tests.mock_exchange.faults.ordering import fault
from tests.mock_exchange.faults.told import marks
from tests.mock_exchange.served import TOKEN, Served, limit_order, serving

FILTERED = (400, -1013)


@pytest.fixture(scope="module")
def venue() -> Iterator[Served]:
    with serving() as served:
        yield served


def average(venue: Served, symbol: str = "BTCUSDT") -> Decimal:
    return Decimal(venue.get("/api/v3/avgPrice", symbol=symbol).json["price"])


def best_ask(venue: Served) -> str:
    return str(venue.get("/api/v3/ticker/bookTicker", symbol="BTCUSDT").json["askPrice"])


def test_filters_refuse_the_price_of_the_book_until_it_is_healed(venue: Served) -> None:
    """Filters let bids through up to 1.2 times the average and down to 0.2 times: 90 % off, the book is beyond."""
    right, book = average(venue), best_ask(venue)
    order = limit_order(side="BUY", price=book, quantity="0.01")
    assert venue.place(**order).json["status"] == "FILLED"
    with fault(venue, "mispricing", on={"symbol": "BTCUSDT"}, percent_off=-90.0) as evidence:
        assert average(venue) == pytest.approx(right / 10, rel=Decimal("1e-3"))
        assert best_ask(venue) == book
        refused = venue.place(**order)
        assert (refused.error, marks(refused)) == (FILTERED, ["mispricing"])
        assert average(venue, "ETHUSDT") > 1000
    assert evidence.hits == 1
    assert average(venue) == pytest.approx(right, rel=Decimal("1e-3"))
    healed = venue.place(**order)
    assert (healed.json["status"], marks(healed)) == ("FILLED", [])


def test_it_can_stand_still_while_trading_goes_on(venue: Served) -> None:
    before = average(venue)
    with fault(venue, "mispricing", stands_still=True):
        market = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}
        assert venue.signed_call("POST", "/api/v3/order", **market).json["status"] == "FILLED"
        assert average(venue) == pytest.approx(before, rel=Decimal("1e-6"))
        moved = Decimal(venue.get("/api/v3/trades", symbol="BTCUSDT").json[-1]["price"])
    assert average(venue) != before
    assert moved != before


def test_what_cannot_be_is_refused(venue: Served) -> None:
    with pytest.raises(InvalidFault, match="must not be 0 unless stands_still"):
        parse_fault("mispricing", {}, {})
    with (
        pytest.raises(CannotApply, match="no listed symbol"),
        fault(venue, "mispricing", on={"symbol": "NOSUCH"}, percent_off=1.0),
    ):
        pytest.fail("it began")
    with fault(venue, "mispricing", percent_off=1.0):
        body = json.dumps({"id": "second", "kind": "mispricing", "parameters": {"percent_off": 2.0}})
        reply = venue.call("POST", "/faults", body=body, port="admin", token=TOKEN)
        assert (reply.status, "another fault has its price wrong" in reply.json["error"]) == (409, True)


def test_killed_meanwhile_it_is_right_when_it_starts(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        right = average(served)
        body = json.dumps({"id": "wrong", "kind": "mispricing", "parameters": {"percent_off": 50.0}})
        assert served.call("POST", "/faults", body=body, port="admin", token=TOKEN).status == 201
        assert average(served) > right
        assert served.place().status == 200  # after which the fault is on disk too
        served.kill()
    for _ in range(2):
        with alive(tmp_path) as served:
            assert average(served) == pytest.approx(right, rel=Decimal("1e-3"))
            served.kill()
