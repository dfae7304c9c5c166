"""The venue's filters: the edge that passes and the first value beyond it."""

import pytest

from mock_exchange.engine.commands import PlaceOrder, Side
from mock_exchange.engine.events import Rejection
from mock_exchange.engine.symbols import Symbol
from tests.mock_exchange.engine.floor import (
    ALICE,
    BOB,
    BUY,
    GTC,
    IOC,
    LIMIT,
    SELL,
    WHOLE_NUMBERS,
    Floor,
    kinds,
    refusal,
    symbol_with,
)


def accepts(floor: Floor, side: Side, lots: int, price: int) -> bool:
    return kinds(floor.place(ALICE, side, lots, price))[0] == "Accepted"


def test_price_filter() -> None:
    floor = Floor(symbol_with(price_min="10", price_max="200", notional_min="0"))
    assert accepts(floor, BUY, 1, 10)
    assert accepts(floor, SELL, 1, 200)
    assert refusal(floor.buy(ALICE, 1, 9)) is Rejection.PRICE_FILTER
    assert refusal(floor.sell(ALICE, 1, 201)) is Rejection.PRICE_FILTER


def test_a_price_of_nothing_is_never_allowed() -> None:
    floor = Floor(symbol_with(price_min="0", notional_min="0"))
    assert refusal(floor.buy(ALICE, 1, 0)) is Rejection.PRICE_FILTER
    assert refusal(floor.buy(ALICE, 1, -1)) is Rejection.PRICE_FILTER


def test_lot_size() -> None:
    floor = Floor(symbol_with(quantity_min="2", quantity_max="10"))
    assert accepts(floor, BUY, 2, 100)
    assert accepts(floor, BUY, 10, 100)
    assert refusal(floor.buy(ALICE, 1, 100)) is Rejection.LOT_SIZE
    assert refusal(floor.buy(ALICE, 11, 100)) is Rejection.LOT_SIZE
    assert refusal(floor.buy(ALICE, 0, 100)) is Rejection.LOT_SIZE


def test_lot_size_holds_for_market_orders_too() -> None:
    floor = Floor(symbol_with(quantity_min="2"))
    assert refusal(floor.market(ALICE, SELL, 1)) is Rejection.LOT_SIZE
    assert refusal(floor.market(ALICE, SELL)) is Rejection.LOT_SIZE


def test_market_lot_size_holds_for_market_orders_only() -> None:
    floor = Floor(symbol_with(market_quantity_max="5"))
    assert accepts(floor, BUY, 6, 100)
    assert kinds(floor.market(BOB, SELL, 5))[0] == "Accepted"
    assert refusal(floor.market(BOB, SELL, 6)) is Rejection.MARKET_LOT_SIZE


def test_market_lot_size_between_two_lots_means_the_lot_below() -> None:
    assert symbol_with(market_quantity_max="5.5").market_lots_max == 5


def test_notional_of_a_limit_order() -> None:
    floor = Floor(symbol_with(notional_min="50", notional_max="500"))
    assert accepts(floor, BUY, 1, 50)
    assert accepts(floor, BUY, 5, 100)
    assert refusal(floor.buy(ALICE, 1, 49)) is Rejection.NOTIONAL
    assert refusal(floor.buy(ALICE, 5, 101)) is Rejection.NOTIONAL


def test_notional_of_a_market_order_is_measured_at_the_average_price() -> None:
    floor = Floor(symbol_with(notional_min="60"))
    floor.sell(ALICE, 10, 20)
    # Nothing traded yet: there is no average, so one lot passes, and makes the average 20.
    assert kinds(floor.market(BOB, BUY, 1))[0] == "Accepted"
    assert refusal(floor.market(BOB, BUY, 2)) is Rejection.NOTIONAL
    assert kinds(floor.market(BOB, BUY, 3))[0] == "Accepted"


def test_notional_of_a_market_order_by_amount_is_the_amount() -> None:
    floor = Floor(symbol_with(notional_min="50"))
    floor.sell(ALICE, 10, 20)
    assert refusal(floor.market(BOB, BUY, spend=49)) is Rejection.NOTIONAL
    assert kinds(floor.market(BOB, BUY, spend=50))[0] == "Accepted"


def test_an_amount_that_does_not_buy_the_smallest_lot_breaks_lot_size() -> None:
    # As the venue's staff explained it (ccxt issue 7963).
    floor = Floor()
    floor.sell(ALICE, 10, 20)
    assert refusal(floor.market(BOB, BUY, spend=19)) is Rejection.LOT_SIZE


def test_an_amount_that_buys_more_than_a_market_order_may_breaks_market_lot_size() -> None:
    floor = Floor(symbol_with(market_quantity_max="5"))
    floor.sell(ALICE, 10, 20)
    assert refusal(floor.market(BOB, BUY, spend=120)) is Rejection.MARKET_LOT_SIZE
    assert kinds(floor.market(BOB, BUY, spend=119))[-1] == "Traded"


@pytest.mark.parametrize(
    ("side", "lowest", "highest"),
    [(BUY, 50, 120), (SELL, 80, 300)],
)
def test_percent_price_by_side(side: Side, lowest: int, highest: int) -> None:
    symbol = symbol_with(
        bid_multiplier_up="1.2", bid_multiplier_down="0.5", ask_multiplier_up="3", ask_multiplier_down="0.8"
    )
    for price, allowed in ((lowest - 1, False), (lowest, True), (highest, True), (highest + 1, False)):
        floor = after_a_trade_at(100, symbol)
        events = floor.place(ALICE, side, 1, price)
        assert (kinds(events) == ["Accepted"]) is allowed
        assert allowed or refusal(events) is Rejection.PERCENT_PRICE_BY_SIDE


def after_a_trade_at(price: int, symbol: Symbol = WHOLE_NUMBERS) -> Floor:
    floor = Floor(symbol)
    trade(floor, 1, price)
    return floor


def trade(floor: Floor, lots: int, price: int) -> None:
    floor.sell(ALICE, lots, price)
    floor.buy(BOB, lots, price)


def test_before_the_first_trade_any_price_is_near_the_average() -> None:
    assert accepts(Floor(), BUY, 1, 1_000_000)


def test_the_average_weighs_by_quantity() -> None:
    floor = Floor()
    trade(floor, 3, 100)
    trade(floor, 1, 200)
    assert floor.engine.average_price("BTCUSDT") == 125


def test_the_average_forgets_after_five_minutes_and_the_last_price_remains() -> None:
    floor = after_a_trade_at(100)
    floor.time_ms += 200_000
    trade(floor, 1, 200)
    assert floor.engine.average_price("BTCUSDT") == 150
    floor.time_ms += 100_000
    floor.buy(ALICE, 1, 90)
    assert floor.engine.average_price("BTCUSDT") == 200
    floor.time_ms += 3_600_000
    floor.buy(ALICE, 1, 90)
    assert floor.engine.average_price("BTCUSDT") == 200


def test_max_num_orders_counts_open_orders_of_the_account() -> None:
    floor = Floor(symbol_with(open_orders_max=2))
    floor.buy(ALICE, 1, 100, id="first")
    floor.buy(ALICE, 1, 100)
    assert refusal(floor.buy(ALICE, 1, 100)) is Rejection.MAX_NUM_ORDERS
    assert kinds(floor.buy(BOB, 1, 100)) == ["Accepted"]
    assert kinds(floor.buy(ALICE, 1, 100, tif=IOC))[0] == "Accepted", "what cannot rest does not count"
    floor.cancel(ALICE, client_order_id="first")
    assert kinds(floor.buy(ALICE, 1, 100)) == ["Accepted"]


def test_a_symbol_that_is_not_listed_is_refused() -> None:
    floor = Floor()
    command = PlaceOrder(ALICE, "ETHUSDT", BUY, LIMIT, GTC, 1, 1, 0, "x", 0)
    assert refusal(floor.engine.apply(command)) is Rejection.UNKNOWN_SYMBOL


def test_a_refused_order_leaves_no_trace() -> None:
    floor = Floor()
    before = floor.engine.depth("BTCUSDT", 10)
    floor.buy(ALICE, 0, 100, id="refused")
    assert floor.engine.depth("BTCUSDT", 10) == before
    assert floor.engine.order(ALICE, "BTCUSDT", client_order_id="refused") is None
    assert list(floor.engine.all_orders()) == []
