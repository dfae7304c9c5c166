"""What the engine keeps so that it need not search is what a search would find, also in an engine that was restored."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.engine.auction import clearing_price
from mock_exchange.engine.book import Book
from mock_exchange.engine.commands import Command, Deposit, OrderType, PlaceOrder, Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Rejected, Rejection
from mock_exchange.engine.orders import MemoryLimits, Order, OrderList
from mock_exchange.engine.state import EngineState
from mock_exchange.engine.stops import STOPS
from tests.mock_exchange.engine import strategies
from tests.mock_exchange.engine.floor import ALICE, GTC, LIMIT, WHOLE_NUMBERS
from tests.mock_exchange.engine.strategies import ACCOUNTS, FEES, SYMBOLS, TIME_MS

MEMORY = MemoryLimits(finished_orders_max=1)
SYMBOL = SYMBOLS[1]
NAMES = ["list-a", "list-b", "list-c"]
COMMANDS = st.lists(
    st.one_of(
        *(strategies.limit_orders, strategies.stop_orders, strategies.order_lists, strategies.order_lists),
        *(strategies.cancels, strategies.list_cancels, strategies.amends, strategies.meetings),
    ),
    max_size=40,
)
LEVELS = st.lists(
    st.tuples(st.sampled_from(Side), st.integers(1, 30), st.integers(1, 9), st.integers(0, 3)), min_size=2, max_size=30
)


def book_of(levels: list[tuple[Side, int, int, int]]) -> Book:
    """Of orders at a price, so many lots of them, showing only some where that is not 0."""
    book = Book()
    for number, (side, price, lots, iceberg) in enumerate(levels):
        order = Order(number, ALICE, WHOLE_NUMBERS.name, "", side, LIMIT, GTC, price, lots, 0, 0, 0, iceberg=iceberg)
        book.rest(order)
    return book


def naive_clearing_price(levels: list[tuple[Side, int, int, int]], last_price: int) -> int:
    """By the rule as it is told: every price is tried against every order."""

    def rank(price: int) -> tuple[int, int, int, int]:
        bought = sum(lots for side, offer, lots, _ in levels if side is Side.BUY and offer >= price)
        sold = sum(lots for side, offer, lots, _ in levels if side is Side.SELL and offer <= price)
        return -min(bought, sold), abs(bought - sold), abs(price - last_price), price

    return min((price for _, price, _, _ in levels), key=rank)


@settings(deadline=None)
@given(LEVELS, st.integers(0, 30))
def test_an_auction_finds_the_price_that_trying_them_all_finds(
    levels: list[tuple[Side, int, int, int]], last_price: int
) -> None:
    book = book_of(levels)
    if book.is_crossed:
        assert clearing_price(book, last_price) == naive_clearing_price(levels, last_price)


def funded() -> Engine:
    engine = Engine(SYMBOLS, FEES, MEMORY)
    for account in ACCOUNTS:
        for asset in strategies.ASSETS:
            engine.apply(Deposit(account, asset, 10**9, TIME_MS))
    return engine


def restored(engine: Engine) -> Engine:
    again = Engine(SYMBOLS, FEES, MEMORY)
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(engine.export()), type=EngineState))
    return again


@settings(deadline=None)
@given(COMMANDS)
def test_lists_are_found_as_a_search_among_all_of_them_would(commands: list[Command | tuple[Command, ...]]) -> None:
    engine = funded()
    for command in _flat(commands):
        engine.apply(command)
    for each in (engine, restored(engine)):
        known = each.export().lists.lists
        for account in ACCOUNTS:
            mine = [found for found in known if found.account == account]
            assert each.all_lists(account) == mine
            for name in NAMES:
                assert each.order_list(account, client_list_id=name) == _newest(mine, name)


def _newest(lists: list[OrderList], name: str) -> OrderList | None:
    return next((each for each in reversed(lists) if each.client_list_id == name), None)


@settings(deadline=None)
@given(COMMANDS)
def test_a_stop_is_one_too_many_where_as_many_wait_as_may(commands: list[Command | tuple[Command, ...]]) -> None:
    engine = funded()
    for command in _flat(commands):
        engine.apply(command)
    for each in (engine, restored(engine)):
        for account in ACCOUNTS:
            mine = each.open_orders(account, SYMBOL.name)
            waiting = [order for order in mine if order.type in STOPS and not order.is_working]
            (event, *_) = each.apply(_trailing(account))
            is_refused = isinstance(event, Rejected) and event.reason is Rejection.MAX_NUM_ALGO_ORDERS
            assert is_refused == (len(waiting) >= SYMBOL.algo_orders_max)


def _trailing(account: int) -> PlaceOrder:
    kind = OrderType.STOP_LOSS_LIMIT
    return PlaceOrder(account, SYMBOL.name, Side.BUY, kind, GTC, 1, 1, 0, "trailing", TIME_MS, trailing_delta=9_000)


def _flat(commands: list[Command | tuple[Command, ...]]) -> list[Command]:
    return [each for command in commands for each in (command if isinstance(command, tuple) else (command,))]
