"""The truth about any client order id, from the running exchange and from the folder of a stopped one."""

import json
import subprocess
import sys
from pathlib import Path

from mock_exchange.durable.__main__ import main, true_ledger
from mock_exchange.durable.folder import Folder
from mock_exchange.durable.ledger_files import read_ledger
from mock_exchange.engine.commands import AmendOrder, Command, OrderType, PlaceOrder, Side, TimeInForce
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Traded
from mock_exchange.engine.orders import MemoryLimits
from mock_exchange.truth import Truth
from tests.mock_exchange.durable.crowded import OPENING
from tests.mock_exchange.durable.folders import FOUNDATION, recovered, snapshot_at, write
from tests.mock_exchange.engine.strategies import FEES, SYMBOLS, TIME_MS
from tests.mock_exchange.served import OTHER, TOKEN, Json, Served, limit_order, serving


def truth_of(served: Served, query: str) -> Json:
    reply = served.call("GET", f"/truth?{query}", port="admin", token=TOKEN)
    assert reply.status == 200, reply.body
    return reply.json


def limit(account: int, side: Side, lots: int, name: str) -> PlaceOrder:
    return PlaceOrder(account, "BTCUSDT", side, OrderType.LIMIT, TimeInForce.IOC, 4, lots, 0, name, TIME_MS + len(name))


def many_trades(count: int) -> list[Command]:
    """Each a sale of one lot to an order of account 1 that rests."""
    resting = PlaceOrder(1, "BTCUSDT", Side.BUY, OrderType.LIMIT, TimeInForce.GTC, 4, count, 0, "patient", TIME_MS)
    return [*OPENING, resting, *(limit(2, Side.SELL, 1, f"sale-{number}") for number in range(count))]


def test_the_truth_about_an_id_is_told_with_every_trade(exchange: Served) -> None:
    price = {"symbol": "LTCUSDT", "price": "120.00", "quantity": "1"}
    exchange.place(**price, newClientOrderId="told-1")
    exchange.signed_call(
        "POST", "/api/v3/order", OTHER, **(limit_order(side="SELL") | price), newClientOrderId="told-2"
    )
    answer = truth_of(exchange, "clientOrderId=told-1&symbol=LTCUSDT")
    (story,) = answer["orders"]
    assert answer["accepted"] is True
    assert (story["order"]["status"], story["order"]["executedQty"]) == ("FILLED", "1.00000000")
    assert [(trade["price"], trade["qty"], trade["isMaker"]) for trade in story["trades"]] == [
        ("120.00000000", "1.00000000", True)
    ]
    assert float(story["cummulativeQuoteQty"]) == 120


def test_an_id_that_was_never_accepted_is_said_to_be_so(exchange: Served) -> None:
    exchange.place(newClientOrderId="refused", price="1.00")
    for query in ("clientOrderId=refused", "clientOrderId=never-sent"):
        assert truth_of(exchange, query)["accepted"] is False
    exchange.place(newClientOrderId="elsewhere")
    assert truth_of(exchange, "clientOrderId=elsewhere&symbol=ETHUSDT")["orders"] == []


def test_other_questions_are_refused(exchange: Served) -> None:
    for query in ("symbol=BTCUSDT", "orderId=1", "clientOrderId=a&clientOrderId=b"):
        assert exchange.call("GET", f"/truth?{query}", port="admin", token=TOKEN).status == 400


def test_an_id_that_bore_several_orders_has_them_all(exchange: Served) -> None:
    for _ in range(2):
        exchange.place(newClientOrderId="again")
        exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="again")
    statuses = [story["order"]["status"] for story in truth_of(exchange, "clientOrderId=again")["orders"]]
    assert statuses == ["CANCELED", "CANCELED"]


def test_an_amended_order_answers_to_every_id_that_it_ever_bore() -> None:
    engine = FOUNDATION.new_engine()
    resting = PlaceOrder(1, "BTCUSDT", Side.BUY, OrderType.LIMIT, TimeInForce.GTC, 4, 5, 0, "first", TIME_MS)
    for command in (*OPENING, resting):
        engine.apply(command)
    for quantity, name in ((4, "second"), (3, "third")):
        engine.apply(AmendOrder(1, "BTCUSDT", 1, "", name, quantity, TIME_MS))
    answers = [json.loads(Truth(engine, {}).answer(name)) for name in ("first", "second", "third")]
    assert [answer["orders"] for answer in answers] == [answers[0]["orders"]] * 3
    (story,) = answers[0]["orders"]
    assert (story["order"]["clientOrderId"], story["formerClientOrderIds"]) == ("third", ["first", "second"])


def test_what_the_engine_has_forgotten_is_in_the_ledger(tmp_path: Path) -> None:
    commands = many_trades(12)
    write(tmp_path, commands)
    for sequence in (14, 19, len(commands) + 1):
        snapshot_at(tmp_path, sequence)
    complete = Engine(SYMBOLS, FEES, MemoryLimits())
    for command in commands:
        complete.apply(command)
    engine = recovered(tmp_path).replay.engine
    assert engine.forgotten_count > 0
    remembering = Truth(complete, {})
    recalling = Truth(engine, {}, lambda: read_ledger(Folder(tmp_path), FOUNDATION))
    assert list(recalling.stories()) == list(remembering.stories())
    assert len(json.loads(recalling.answer("patient"))["orders"][0]["trades"]) == 12


def test_the_ledger_of_a_folder_is_whole_wherever_its_last_snapshot_was_taken(tmp_path: Path) -> None:
    commands = many_trades(9)
    complete = Engine(SYMBOLS, FEES, MemoryLimits())
    for command in commands:
        complete.apply(command)
    expected = list(Truth(complete, {}).stories())
    write(tmp_path, commands)
    assert list(true_ledger(tmp_path).stories()) == expected
    for sequence in (13, 16):
        snapshot_at(tmp_path, sequence)
        assert list(true_ledger(tmp_path).stories()) == expected


def test_a_ledger_whose_snapshot_was_never_finished_tells_nothing_twice(tmp_path: Path) -> None:
    commands = many_trades(9)
    write(tmp_path, commands)
    expected = list(true_ledger(tmp_path).stories())
    snapshot_at(tmp_path, 16)
    Folder(tmp_path).snapshots()[0].path.unlink()
    assert list(true_ledger(tmp_path).stories()) == expected
    snapshot_at(tmp_path, 18)
    assert list(true_ledger(tmp_path).stories()) == expected
    engine = recovered(tmp_path).replay.engine
    assert list(Truth(engine, {}, lambda: read_ledger(Folder(tmp_path), FOUNDATION)).lines()) == list(
        true_ledger(tmp_path).lines()
    )


def test_every_trade_is_in_the_ledger_once(tmp_path: Path) -> None:
    commands = many_trades(9)
    write(tmp_path, commands)
    for sequence in (13, 16, len(commands) + 1):
        snapshot_at(tmp_path, sequence)
    engine = FOUNDATION.new_engine()
    trades = [event for command in commands for event in engine.apply(command) if isinstance(event, Traded)]
    assert [trade for part in read_ledger(Folder(tmp_path), FOUNDATION) for trade in part.trades] == trades


def test_a_stopped_exchange_is_asked_through_its_folder(tmp_path: Path) -> None:
    with serving({}, "--data", str(tmp_path)) as served:
        served.place(newClientOrderId="kept")
        alive = truth_of(served, "clientOrderId=kept")
        count = len(served.admin_lines("/truth"))
    command = [sys.executable, "-m", "mock_exchange.durable", str(tmp_path)]
    asked = subprocess.run([*command, "--client-order-id", "kept"], capture_output=True, check=True)
    assert json.loads(asked.stdout) == alive
    listed = subprocess.run(command, capture_output=True, check=True).stdout.splitlines()
    assert len(listed) == count
    assert json.loads(listed[-1])["order"]["clientOrderId"] == "kept"


def test_what_is_no_data_folder_is_64(tmp_path: Path) -> None:
    assert main([str(tmp_path / "missing")]) == 64
    assert main([str(tmp_path)]) == 64
