"""Whatever is done to a market, and whenever one looks: the touched levels turn the old book into the new one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.engine.commands import AmendOrder, CancelAllOrders, CancelOrder, Command, Deposit, PlaceOrder, Side
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.orders import PriceLevel
from mock_exchange.streams.touched_levels import TouchedBooks, TouchedLevels
from tests.mock_exchange.engine import strategies
from tests.mock_exchange.engine.floor import GTC, LIMIT
from tests.mock_exchange.engine.strategies import ACCOUNTS, FEES, SYMBOLS, TIME_MS

SYMBOL = SYMBOLS[1].name
LOOK, LEAVE_AND_COME_BACK = "look", "leave and come back"
COMMANDS = st.one_of(
    strategies.limit_orders,
    strategies.limit_orders,
    strategies.limit_orders,
    strategies.icebergs,
    strategies.stop_orders,
    strategies.market_orders,
    strategies.replacements,
    strategies.order_lists,
    strategies.statuses,
)
AIMED = st.tuples(st.sampled_from([AmendOrder, CancelOrder]), st.integers(min_value=0, max_value=4))
"""At one of the open orders of all accounts; what is chosen at random seldom hits one."""
STEPS = st.lists(
    st.one_of(COMMANDS, AIMED, AIMED, st.sampled_from([LOOK, LEAVE_AND_COME_BACK])), min_size=25, max_size=60
)


class Watcher:
    """Keeps a book of its own from what it is told."""

    def __init__(self, engine: Engine, books: TouchedBooks) -> None:
        self.engine = engine
        self.books = books
        self.reader: TouchedLevels = books.open(SYMBOL)
        self.sides: dict[Side, dict[int, int]] = {}
        self.begin()

    def begin(self) -> None:
        depth = self.engine.depth(SYMBOL, 1000)
        self.sides = {Side.BUY: dict(depth.bids), Side.SELL: dict(depth.asks)}

    def come_back(self) -> None:
        self.books.close(self.reader)
        self.reader = self.books.open(SYMBOL)
        self.begin()

    def look(self) -> None:
        for side, levels in zip((Side.BUY, Side.SELL), self.reader.take(), strict=True):
            self.sides[side].update(levels)
            self.sides[side] = {price: lots for price, lots in self.sides[side].items() if lots}
        depth = self.engine.depth(SYMBOL, 1000)
        assert self.reader.update_id == depth.last_update_id
        assert self.sides == {Side.BUY: dict(depth.bids), Side.SELL: dict(depth.asks)}


def aimed(engine: Engine, kind: type[AmendOrder | CancelOrder], index: int) -> Command | None:
    """Cancel one of the open orders, or take a lot from it; None where there is no such order."""
    orders = [order for account in ACCOUNTS for order in engine.open_orders(account, SYMBOL) if order.quantity > 1]
    if index >= len(orders):
        return None
    order = orders[index]
    if kind is CancelOrder:
        return CancelOrder(order.account, SYMBOL, order.order_id, "", "canceled", TIME_MS)
    return AmendOrder(order.account, SYMBOL, order.order_id, "", f"amended-{index}", order.quantity - 1, TIME_MS)


def funded() -> Engine:
    engine = Engine(SYMBOLS, FEES)
    for account in ACCOUNTS:
        for asset in strategies.ASSETS:
            engine.apply(Deposit(account, asset, 10**12, TIME_MS))
    return engine


def test_every_level_of_orders_that_are_cancelled_at_once_is_told_as_gone() -> None:
    engine = funded()
    books = TouchedBooks(engine)
    for number in range(200):
        engine.apply(PlaceOrder(1, SYMBOL, Side.BUY, LIMIT, GTC, 1 + number, 1, 0, f"order-{number}", TIME_MS))
    reader = books.open(SYMBOL)
    engine.apply(CancelAllOrders(1, SYMBOL, "away", TIME_MS))
    assert reader.take() == ([PriceLevel(1 + number, 0) for number in range(200)], [])


def test_a_book_that_the_last_reader_has_left_is_not_watched() -> None:
    engine = funded()
    books = TouchedBooks(engine)
    books.close(books.open(SYMBOL))
    engine.apply(PlaceOrder(1, SYMBOL, Side.BUY, LIMIT, GTC, 5, 1, 0, "gone", TIME_MS))
    engine.apply(CancelAllOrders(1, SYMBOL, "away", TIME_MS))
    assert engine.drain_touched(SYMBOL) == []


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_touched_levels_make_the_new_book_from_the_old_one(
    steps: list[Command | str | tuple[type[AmendOrder | CancelOrder], int]],
) -> None:
    engine = funded()
    books = TouchedBooks(engine)
    often, seldom = Watcher(engine, books), Watcher(engine, books)
    for step in steps:
        if step == LOOK:
            seldom.look()
        elif step == LEAVE_AND_COME_BACK:
            seldom.come_back()
        elif not isinstance(step, str):
            command = aimed(engine, *step) if isinstance(step, tuple) else step
            if command is not None:
                engine.apply(command)
        often.look()
    seldom.look()
