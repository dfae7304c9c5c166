"""Whatever is done to a market, and whenever one looks: the touched levels turn the old book into the new one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.engine.commands import Command, Deposit, Side
from mock_exchange.engine.engine import Engine
from mock_exchange.streams.touched_levels import TouchedBooks, TouchedLevels
from tests.mock_exchange.engine import strategies
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
    strategies.cancels,
    strategies.replacements,
    strategies.amends,
    strategies.order_lists,
    strategies.list_cancels,
    strategies.cancel_alls,
    strategies.statuses,
)
STEPS = st.lists(st.one_of(COMMANDS, COMMANDS, st.sampled_from([LOOK, LEAVE_AND_COME_BACK])), max_size=60)


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


def funded() -> Engine:
    engine = Engine(SYMBOLS, FEES)
    for account in ACCOUNTS:
        for asset in strategies.ASSETS:
            engine.apply(Deposit(account, asset, 10**12, TIME_MS))
    return engine


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_touched_levels_make_the_new_book_from_the_old_one(steps: list[Command | str]) -> None:
    engine = funded()
    books = TouchedBooks(engine)
    often, seldom = Watcher(engine, books), Watcher(engine, books)
    for step in steps:
        if step == LOOK:
            often.look()
        elif step == LEAVE_AND_COME_BACK:
            often.come_back()
        elif not isinstance(step, str):
            engine.apply(step)
    often.look()
    seldom.look()
