"""An engine that was exported and restored is the engine: equal in state and in everything that it says later."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.engine.commands import Command
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.state import EngineState
from tests.mock_exchange.durable.crowded import OPENING, commands, new_engine
from tests.mock_exchange.durable.folders import state_bytes
from tests.mock_exchange.engine.strategies import ACCOUNTS, SYMBOLS


def through_bytes(engine: Engine) -> Engine:
    restored = new_engine()
    restored.restore(msgspec.msgpack.decode(state_bytes(engine), type=EngineState))
    return restored


@settings(deadline=None)
@given(before=commands, after=commands)
def test_a_restored_engine_goes_on_as_the_first_one_does(before: list[Command], after: list[Command]) -> None:
    engine = new_engine()
    for command in OPENING + before:
        engine.apply(command)
    restored = through_bytes(engine)
    assert state_bytes(restored) == state_bytes(engine)
    for command in after:
        assert restored.apply(command) == engine.apply(command)
    assert state_bytes(restored) == state_bytes(engine)


@settings(deadline=None)
@given(before=commands)
def test_a_restored_engine_answers_as_the_first_one_does(before: list[Command]) -> None:
    engine = new_engine()
    for command in OPENING + before:
        engine.apply(command)
    restored = through_bytes(engine)
    assert list(restored.all_orders()) == list(engine.all_orders())
    assert restored.accounts() == engine.accounts()
    for account in ACCOUNTS:
        assert restored.open_lists(account) == engine.open_lists(account)
        assert restored.all_lists(account) == engine.all_lists(account)
    for symbol in (symbol.name for symbol in SYMBOLS):
        assert restored.depth(symbol, 100) == engine.depth(symbol, 100)
        assert restored.symbol_status(symbol) == engine.symbol_status(symbol)
        assert restored.last_price(symbol) == engine.last_price(symbol)
        assert restored.average_price(symbol) == engine.average_price(symbol)
        for account in ACCOUNTS:
            assert restored.open_orders(account, symbol) == engine.open_orders(account, symbol)
            assert restored.account_orders(account, symbol) == engine.account_orders(account, symbol)
            assert restored.account_trades(account, symbol) == engine.account_trades(account, symbol)


@settings(deadline=None)
@given(commands=commands, account=st.sampled_from(ACCOUNTS))
def test_questions_leave_no_trace_in_the_state(commands: list[Command], account: int) -> None:
    asked, silent = new_engine(), new_engine()
    for command in commands:
        asked.open_orders(account)
        asked.order(account, SYMBOLS[0].name, client_order_id="nobody")
        asked.apply(command)
        silent.apply(command)
    assert state_bytes(asked) == state_bytes(silent)


@settings(deadline=None)
@given(commands=commands)
def test_the_orders_that_ended_last_are_known(commands: list[Command]) -> None:
    engine = new_engine()
    for command in OPENING + commands:
        open_before = {order.order_id for account in ACCOUNTS for order in engine.open_orders(account)}
        before = engine.finished_count
        last_before = max((order.order_id for order in engine.all_orders()), default=0)
        engine.apply(command)
        ended = engine.last_finished(engine.finished_count - before)
        assert all(not order.is_open for order in ended)
        new = set(range(last_before + 1, last_before + 4))  # as many as a list has
        assert {order.order_id for order in ended} <= open_before | new
        still_open = {order.order_id for account in ACCOUNTS for order in engine.open_orders(account)}
        assert open_before - still_open <= {order.order_id for order in ended}
