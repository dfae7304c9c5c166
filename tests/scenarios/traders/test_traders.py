"""Each kind of trader by itself: what it asks for, in which proportion, and that it asks for nothing it cannot have."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.traders import TRADERS, Own, Wish
from scenarios.traders.cancel_storm import ORDERS_IN_A_BURST
from scenarios.traders.trader import CANCEL, QUERY, READ_ACCOUNT, READ_BOOK, REST, SELL_AT_ANY_PRICE, TAKE
from scenarios.traffic.streams import stream
from slo.history import Operation

KINDS = sorted(TRADERS)
OWNS = st.builds(Own, open_orders=st.integers(0, 3), has_placed=st.booleans())


def wishes(kind: str, number: int, seed: int = 1) -> list[Wish]:
    """Of a trader whose every order is open at once, and every cancel done."""
    trader, choose, made = TRADERS[kind](), stream(seed, "trader"), list[Wish]()
    open_orders = 0
    for _ in range(number):
        made.append(trader.next(Own(open_orders, any(wish.operation.value == "order.place" for wish in made)), choose))
        open_orders += (made[-1] in REST) - (made[-1] is CANCEL)
        assert open_orders >= 0
    return made


def share(kind: str, operation: Operation) -> float:
    made = wishes(kind, 1000)
    return sum(wish.operation is operation for wish in made) / len(made)


@given(kind=st.sampled_from(KINDS), owns=st.lists(OWNS, min_size=1, max_size=60), seed=st.integers(0, 1000))
def test_nobody_cancels_or_asks_about_what_it_does_not_have(kind: str, owns: list[Own], seed: int) -> None:
    trader, choose = TRADERS[kind](), stream(seed, "chance")
    for own in owns:
        wish = trader.next(own, choose)
        assert wish.operation in trader.operations
        assert own.open_orders or wish is not CANCEL
        assert own.has_placed or wish is not QUERY


@pytest.mark.parametrize("kind", KINDS)
def test_a_trader_asks_for_all_that_it_says_and_the_same_seed_for_the_same(kind: str) -> None:
    made = wishes(kind, 500)
    assert {wish.operation for wish in made} == TRADERS[kind].operations
    assert made == wishes(kind, 500)
    fixed = {"market_maker", "panic_closer"}
    assert (made == wishes(kind, 500, seed=2)) == (kind in fixed), "these two go round, the others choose"


def test_a_market_maker_looks_quotes_both_sides_and_takes_both_back() -> None:
    assert wishes("market_maker", 10) == [READ_BOOK, *REST, CANCEL, CANCEL] * 2
    trader = TRADERS["market_maker"]()
    unlucky = [trader.next(Own(0, False), stream(1, "chance")) for _ in range(6)]
    assert unlucky == [READ_BOOK, *REST] * 2, "without a quote in the book it quotes again"


def test_a_taker_takes_from_both_sides_and_leaves_nothing() -> None:
    sides = Counter(TAKE.index(wish) for wish in wishes("taker", 2000))
    assert min(sides.values()) > 900


def test_retail_asks_more_often_than_it_places_and_cancels_least() -> None:
    assert share("retail", Operation.ORDER_PLACE) == pytest.approx(0.4, abs=0.06)
    assert share("retail", Operation.ORDER_QUERY) == pytest.approx(0.45, abs=0.06)
    assert share("retail", Operation.ORDER_CANCEL) == pytest.approx(0.15, abs=0.06)


def test_a_cancel_storm_comes_all_at_once() -> None:
    cancels = [wish is CANCEL for wish in wishes("cancel_storm", 4 * ORDERS_IN_A_BURST)]
    assert cancels == ([False] * ORDERS_IN_A_BURST + [True] * ORDERS_IN_A_BURST) * 2


def test_panic_sells_at_any_price_and_asks_four_times_what_came_of_it() -> None:
    made = wishes("panic_closer", 10)
    assert made == [SELL_AT_ANY_PRICE, QUERY, READ_ACCOUNT, QUERY, READ_ACCOUNT] * 2
    refused = TRADERS["panic_closer"]()
    unlucky = {refused.next(Own(0, False), stream(1, "chance")) for _ in range(10)}
    assert unlucky == {SELL_AT_ANY_PRICE, READ_ACCOUNT}


def test_a_reader_reads_book_and_ticker_alike() -> None:
    assert share("reader", Operation.BOOK_READ) == pytest.approx(0.5, abs=0.06)
    assert share("reader", Operation.TICKER_READ) == pytest.approx(0.5, abs=0.06)
