"""Orders that show a part of themselves."""

from mock_exchange.engine.events import Rejection
from tests.mock_exchange.engine.floor import (
    ALICE,
    BOB,
    BUY,
    CAROL,
    FOK,
    IOC,
    LIMIT_MAKER,
    SELL,
    UNIT,
    Floor,
    fills,
    kinds,
    refusal,
    symbol_with,
)

RICH = 1_000_000 * UNIT


def test_depth_shows_the_visible_part_and_the_hold_covers_all() -> None:
    floor = Floor()
    floor.place(ALICE, SELL, 10, 100, iceberg=3)
    assert floor.asks() == [(100, 3)]
    assert floor.balance(ALICE, "BTC") == (RICH - 10 * UNIT, 10 * UNIT)


def test_a_refilled_part_stands_behind_the_others() -> None:
    floor = Floor()
    floor.place(ALICE, SELL, 5, 100, iceberg=2)
    floor.sell(BOB, 2, 100)
    floor.market(CAROL, BUY, 2)
    assert floor.asks() == [(100, 4)], "the next two of the iceberg and Bob's two"
    floor.market(CAROL, BUY, 2)
    assert floor.order(BOB, 2).executed == 2
    assert floor.order(ALICE, 1).executed == 2


def test_a_part_that_is_not_used_up_keeps_its_place() -> None:
    floor = Floor()
    floor.place(ALICE, SELL, 5, 100, iceberg=2)
    floor.sell(BOB, 2, 100)
    floor.market(CAROL, BUY, 1)
    floor.market(CAROL, BUY, 1)
    assert floor.order(ALICE, 1).executed == 2


def test_one_order_can_take_all_that_is_hidden() -> None:
    floor = Floor()
    floor.place(ALICE, SELL, 5, 100, iceberg=2)
    assert fills(floor.market(BOB, BUY, 5)) == [(100, 2), (100, 2), (100, 1)]
    assert floor.asks() == []


def test_hidden_lots_count_for_fill_or_kill_and_for_an_amount() -> None:
    floor = Floor()
    floor.place(ALICE, SELL, 5, 100, iceberg=2)
    assert kinds(floor.buy(BOB, 6, 100, tif=FOK)) == ["Accepted", "Expired"]
    assert sum(lots for _, lots in fills(floor.buy(BOB, 4, 100, tif=FOK))) == 4
    assert fills(floor.market(BOB, BUY, spend=100)) == [(100, 1)]


def test_a_canceled_iceberg_leaves_nothing_behind() -> None:
    floor = Floor()
    floor.place(ALICE, SELL, 5, 100, iceberg=2)
    floor.sell(BOB, 1, 100)
    floor.market(CAROL, BUY, 1)
    floor.cancel(ALICE, 1)
    assert floor.asks() == [(100, 1)]
    assert floor.balance(ALICE, "BTC") == (RICH - UNIT, 0)


def test_an_incoming_iceberg_trades_with_all_its_lots() -> None:
    floor = Floor()
    floor.buy(BOB, 4, 100)
    assert fills(floor.place(ALICE, SELL, 5, 100, iceberg=1)) == [(100, 4)]
    assert floor.asks() == [(100, 1)]


def test_what_an_iceberg_may_be() -> None:
    floor = Floor(symbol_with(iceberg_parts_max=3))
    assert refusal(floor.place(ALICE, SELL, 5, 100, iceberg=6)) is Rejection.ICEBERG_EXCEEDS
    assert refusal(floor.place(ALICE, SELL, 7, 100, iceberg=2)) is Rejection.ICEBERG_PARTS
    assert refusal(floor.place(ALICE, SELL, 5, 100, iceberg=2, tif=IOC)) is Rejection.UNSUPPORTED
    assert kinds(floor.place(ALICE, SELL, 6, 100, iceberg=2)) == ["Accepted"]
    assert kinds(floor.place(ALICE, SELL, 6, 100, iceberg=2, type=LIMIT_MAKER)) == ["Accepted"]
