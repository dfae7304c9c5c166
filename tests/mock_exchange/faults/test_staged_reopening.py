"""Markets halt, take cancels, collect orders, trade again; healed or killed at any moment they are what they were."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.errors import CannotApply
from tests.mock_exchange.durable.mortal import alive
from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.faults.ordering import control_of, fault
from tests.mock_exchange.served import TOKEN, Served, limit_order, serving

CLOSED = (400, -2010)
FOR_LONG = 600_000


@pytest.fixture
def venue() -> Iterator[Served]:
    with serving({"market": {"levels": 2}}) as served:
        yield served


def status(venue: Served, symbol: str = "BTCUSDT") -> str:
    (described,) = venue.get("/api/v3/exchangeInfo", symbol=symbol).json["symbols"]
    return str(described["status"])


def becomes(venue: Served, wanted: str) -> None:
    eventually(lambda: status(venue) == wanted, f"the status {wanted}")


def operator_sets(venue: Served, wanted: str) -> None:
    assert venue.call("POST", f"/status?symbol=BTCUSDT&status={wanted}", port="admin", token=TOKEN).status == 200


def test_cancels_come_first_and_trading_goes_on_by_itself(venue: Served) -> None:
    resting = venue.place().json["orderId"]
    with fault(venue, "staged_reopening", status="BREAK", halt_ms=1500, cancel_only_ms=1500, auction_ms=1500):
        assert status(venue) == "BREAK"
        assert venue.place().error == CLOSED
        assert venue.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=resting).status == 400
        becomes(venue, "CANCEL_ONLY")
        assert venue.place().error == CLOSED
        assert venue.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=resting).status == 200
        becomes(venue, "AUCTION_MATCH")
        for side, price in (("BUY", "118000"), ("SELL", "117500")):
            collected = venue.place(**limit_order(side=side, price=price, quantity="0.01"))
            assert collected.json["status"] == "NEW"
        becomes(venue, "TRADING")
        trades = venue.get("/api/v3/trades", symbol="BTCUSDT").json[1:]
        assert len({trade["price"] for trade in trades}) == 1
        assert venue.place().status == 200
    assert status(venue) == "TRADING"


@pytest.mark.parametrize("stage", ["HALT", "CANCEL_ONLY", "AUCTION_MATCH"])
def test_healed_in_any_stage_everything_trades_again(venue: Served, stage: str) -> None:
    halt_ms, cancel_only_ms = (FOR_LONG if stage == each else 0 for each in ("HALT", "CANCEL_ONLY"))
    with fault(
        venue, "staged_reopening", halt_ms=halt_ms, cancel_only_ms=cancel_only_ms, auction_ms=FOR_LONG
    ) as evidence:
        assert {status(venue, symbol) for symbol in ("BTCUSDT", "ETHUSDT")} == {stage}
    assert {status(venue, symbol) for symbol in ("BTCUSDT", "ETHUSDT")} == {"TRADING"}
    assert venue.place().status == 200
    assert evidence.hits == 5


def test_only_the_selected_symbol_halts_and_what_was_closed_stays_closed(venue: Served) -> None:
    operator_sets(venue, "CANCEL_ONLY")
    with fault(venue, "staged_reopening", on={"symbol": "BTCUSDT"}, halt_ms=FOR_LONG, cancel_only_ms=0) as evidence:
        assert (status(venue), status(venue, "ETHUSDT")) == ("HALT", "TRADING")
    assert status(venue) == "CANCEL_ONLY"
    assert evidence.hits == 1


def test_what_an_operator_sets_meanwhile_stays(venue: Served) -> None:
    with fault(venue, "staged_reopening", halt_ms=FOR_LONG, cancel_only_ms=0):
        operator_sets(venue, "CANCEL_ONLY")
    assert (status(venue), status(venue, "ETHUSDT")) == ("CANCEL_ONLY", "TRADING")


def test_two_cannot_reopen_the_same_market(venue: Served) -> None:
    with fault(venue, "staged_reopening", halt_ms=FOR_LONG, cancel_only_ms=0):
        order = {"id": "other", "kind": "staged_reopening", "parameters": {"halt_ms": 1, "cancel_only_ms": 1}}
        reply = venue.call("POST", "/faults", body=_json(order), port="admin", token=TOKEN)
        assert (reply.status, "another fault is reopening it" in reply.json["error"]) == (409, True)
    assert status(venue) == "TRADING"


def test_a_symbol_that_is_not_listed_is_refused(venue: Served) -> None:
    with (
        pytest.raises(CannotApply, match="no listed symbol"),
        fault(venue, "staged_reopening", on={"symbol": "NOSUCH"}, halt_ms=1, cancel_only_ms=1),
    ):
        pytest.fail("it began")


def test_killed_in_a_halt_it_starts_with_the_status_of_before(tmp_path: Path) -> None:
    with alive(tmp_path) as served:
        acknowledged = served.place(newClientOrderId="before").json["orderId"]
        operator_sets(served, "CANCEL_ONLY")
        order = {"id": "halt", "kind": "staged_reopening", "parameters": {"halt_ms": FOR_LONG, "cancel_only_ms": 0}}
        assert served.call("POST", "/faults", body=_json(order), port="admin", token=TOKEN).status == 201
        served.get("/api/v3/depth", symbol="BTCUSDT")
        assert served.call("GET", "/status", port="admin", token=TOKEN).status == 200  # the halt is on disk
        served.kill()
    for _ in range(2):  # and the journal that says so can be read again
        with alive(tmp_path) as served:
            assert (status(served), status(served, "ETHUSDT")) == ("CANCEL_ONLY", "TRADING")
            assert [line["orderId"] for line in served.admin_lines("/truth") if line["account"] == "test-key"] == [
                acknowledged
            ]
            assert control_of(served).heal("halt").by == "nobody"
            served.kill()


def _json(document: object) -> str:
    return json.dumps(document)
