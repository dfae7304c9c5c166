"""What the engine remembers of orders besides their trades, also after it was written down and restored."""

import msgspec

from mock_exchange.engine.commands import AmendOrder, PlaceOrder, SelfTradePrevention, Strategy
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Rejection
from mock_exchange.engine.state import EngineState
from tests.mock_exchange.engine.floor import ALICE, BOB, BUY, GTC, LIMIT, NO_FEES, WHOLE_NUMBERS, Floor

SYMBOL = WHOLE_NUMBERS.name


def amend(floor: Floor, quantity: int, name: str) -> None:
    floor.engine.apply(AmendOrder(ALICE, SYMBOL, 1, "", name, quantity, floor.time_ms))


def preventing(floor: Floor, mode: SelfTradePrevention, lots: int = 1) -> PlaceOrder:
    return PlaceOrder(ALICE, SYMBOL, BUY, LIMIT, GTC, 100, lots, 0, "mine", floor.time_ms, self_trade_prevention=mode)


def restored(engine: Engine) -> Engine:
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(engine.export()), type=EngineState)
    again = Engine([WHOLE_NUMBERS], NO_FEES)
    again.restore(state)
    return again


def test_an_order_remembers_each_of_its_amendments() -> None:
    floor = Floor()
    floor.sell(ALICE, 5, 100, id="one")
    amend(floor, 4, "two")
    floor.time_ms += 1
    amend(floor, 2, "three")
    first, second = floor.order(ALICE, 1).amendments
    assert (first.client_order_id, first.new_client_order_id, first.quantity, first.new_quantity) == (
        "one",
        "two",
        5,
        4,
    )
    assert (second.execution_id, second.time_ms) == (first.execution_id + 1, first.time_ms + 1)
    again = restored(floor.engine)
    assert again.order(ALICE, SYMBOL, 1) == floor.order(ALICE, 1)


def test_executions_are_numbered_on_after_a_restart() -> None:
    floor = Floor()
    floor.sell(ALICE, 5, 100)
    amend(floor, 4, "two")
    floor.engine = restored(floor.engine)
    amend(floor, 3, "three")
    assert [each.execution_id for each in floor.order(ALICE, 1).amendments] == [1, 2]


def test_prevented_matches_are_remembered_for_the_account_that_they_were_of() -> None:
    floor = Floor()
    floor.sell(ALICE, 5, 100)
    floor.engine.apply(preventing(floor, SelfTradePrevention.DECREMENT, 2))
    (match,) = floor.engine.prevented_matches(ALICE, SYMBOL)
    assert (match.taker_order_id, match.maker_order_id, match.taker_prevented, match.maker_prevented) == (2, 1, 2, 2)
    assert floor.engine.prevented_matches(BOB, SYMBOL) == []
    assert restored(floor.engine).prevented_matches(ALICE, SYMBOL) == [match]


def test_an_order_keeps_its_label() -> None:
    floor = Floor()
    command = msgspec.structs.replace(preventing(floor, SelfTradePrevention.NONE), strategy=Strategy(7, 1_000_000))
    floor.engine.apply(command)
    assert floor.order(ALICE, 1).strategy == Strategy(7, 1_000_000)


def test_filters_can_be_asked_for_without_placing_anything() -> None:
    floor = Floor()
    command = preventing(floor, SelfTradePrevention.NONE)
    assert floor.engine.violation(command) is None
    too_many = msgspec.structs.replace(command, quantity=1001)
    assert floor.engine.violation(too_many) is Rejection.LOT_SIZE
    assert list(floor.engine.all_orders()) == []
