"""Whatever is sent about orders is answered, or refused as the venue refuses it."""

import random
import re
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.clock import SYSTEM_CLOCK
from mock_exchange.engine.commands import Deposit
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.symbols import SYMBOLS
from mock_exchange.gateway import (
    amend_order,
    cancel_order,
    legacy_oco,
    order_list_reads,
    order_lists,
    order_reads,
    place_order,
    prevented_reads,
    replace_order,
    trade_reads,
    trial_order,
)
from mock_exchange.gateway.call import Call
from mock_exchange.gateway.desk import Desk
from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.identifiers import Identifiers
from mock_exchange.gateway.order_parameters import order_command
from mock_exchange.market_data.history import MarketHistory, Retention

SYMBOL: Final = SYMBOLS["BTCUSDT"]
TEXTS: Final = (
    *("", "0", "1", "0.001", "100000.00", "0.000000001", "-1", "1e5", "x", "٣", "9" * 21, "true", "a" * 37),
    *("BUY", "SELL", "LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"),
    *("GTC", "IOC", "FOK", "ACK", "FULL", "EXPIRE_TAKER", "DECREMENT", "TRANSFER", "STOP_ON_FAILURE"),
)
CALLS: Final = {
    "order": (place_order.prepare, place_order.KNOWN),
    "test order": (trial_order.prepare, trial_order.KNOWN),
    "cancel": (cancel_order.prepare, cancel_order.KNOWN),
    "cancel of a list": (cancel_order.prepare_list, cancel_order.KNOWN_LIST),
    "amendment": (amend_order.prepare, amend_order.KNOWN),
    "history": (amend_order.prepare_history, amend_order.KNOWN_HISTORY),
    "query": (order_reads.prepare, order_reads.KNOWN),
    "all orders": (order_reads.prepare_all, order_reads.KNOWN_ALL),
    "list": (order_list_reads.prepare, order_list_reads.KNOWN),
    "all lists": (order_list_reads.prepare_all, order_list_reads.KNOWN_ALL),
    "trades": (trade_reads.prepare, trade_reads.KNOWN),
    "prevented matches": (prevented_reads.prepare, prevented_reads.KNOWN),
    "replacement": (replace_order.prepare, replace_order.KNOWN),
    "pair": (order_lists.prepare_oco, order_lists.KNOWN_OCO),
    "triggered order": (order_lists.prepare_oto, order_lists.KNOWN_OTO),
    "triggered pair": (order_lists.prepare_otoco, order_lists.KNOWN_OTOCO),
    "deprecated pair": (legacy_oco.prepare, legacy_oco.KNOWN),
}
USUAL: Final = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "100000.00",
    "newClientOrderId": "mine",
}


def new_desk() -> Desk:
    engine = Engine(list(SYMBOLS.values()))
    for asset in (SYMBOL.base, SYMBOL.quote):
        engine.apply(Deposit(1, asset, 10**14, 1))
    history = MarketHistory(engine.symbols, Retention())
    return Desk(engine, engine.apply, Identifiers(random.Random(1)), SYSTEM_CLOCK, history)  # noqa: S311 - reproducible


@settings(max_examples=40)
@pytest.mark.parametrize("what", CALLS)
@given(data=st.data())
def test_anything_is_answered_or_a_venue_error(what: str, data: st.DataObject) -> None:
    prepare, known = CALLS[what]
    parameters = st.dictionaries(st.sampled_from(sorted(known)), st.sampled_from(TEXTS))
    desk = new_desk()
    for sent in data.draw(st.lists(parameters, min_size=1, max_size=3)):
        try:
            body = prepare(desk, Call(1, {"symbol": "BTCUSDT"} | sent, 5))()
        except VenueError as error:
            body = error.body()
        assert isinstance(msgspec.json.decode(body), dict | list)


@given(changes=st.dictionaries(st.sampled_from(sorted(USUAL.keys() - {"symbol"})), st.sampled_from(TEXTS)))
def test_the_fast_way_reads_the_order_that_the_slow_way_reads(changes: dict[str, str]) -> None:
    desk, call = new_desk(), Call(1, USUAL | changes, 5)
    try:
        fast = place_order._usual_command(desk, call, SYMBOL)
    except VenueError as error:
        with pytest.raises(VenueError, match=re.escape(error.text)):
            order_command(desk, call, SYMBOL)
    else:
        assert fast is None or fast == order_command(desk, call, SYMBOL)


@pytest.mark.parametrize("name", ["icebergQty", "strategyId", "selfTradePreventionMode"])
def test_the_fast_way_leaves_what_is_special_to_the_slow_way(name: str) -> None:
    texts = {"icebergQty": "0.001", "strategyId": "7", "selfTradePreventionMode": "DECREMENT"}
    desk, call = new_desk(), Call(1, USUAL | {name: texts[name]}, 5)
    assert place_order._usual_command(desk, call, SYMBOL) is None
    assert order_command(desk, call, SYMBOL) != order_command(desk, Call(1, USUAL, 5), SYMBOL)
