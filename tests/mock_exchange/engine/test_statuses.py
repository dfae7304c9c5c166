"""Markets that are closed, that only let orders out, and that collect orders for one price."""

import pytest

from mock_exchange.engine.commands import (
    AmendOrder,
    CancelOrderList,
    ListKind,
    OrderType,
    PlaceOrderList,
    SetSymbolStatus,
    SymbolStatus,
)
from mock_exchange.engine.engine import Engine
from mock_exchange.engine.events import Rejected, Rejection, StatusChanged, Traded
from tests.mock_exchange.engine.floor import (
    ALICE,
    BOB,
    CAROL,
    IOC,
    LIMIT_MAKER,
    MARKET,
    SELL,
    UNIT,
    WHOLE_NUMBERS,
    Floor,
    fills,
    kinds,
    refusal,
)

TRADING, HALT, BREAK = SymbolStatus.TRADING, SymbolStatus.HALT, SymbolStatus.BREAK
CANCEL_ONLY, AUCTION = SymbolStatus.CANCEL_ONLY, SymbolStatus.AUCTION
RICH = 1_000_000 * UNIT


@pytest.mark.parametrize("status", [HALT, BREAK])
def test_a_closed_market_takes_nothing_in_and_lets_nothing_out(status: SymbolStatus) -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100)
    assert floor.set_status(status) == [StatusChanged("BTCUSDT", status)]
    pair = PlaceOrderList(ALICE, "BTCUSDT", ListKind.OTO, "list", (), floor.time_ms)
    for events in (
        floor.buy(ALICE, 1, 100),
        floor.cancel(ALICE, 1),
        floor.cancel_all(ALICE),
        floor.engine.apply(AmendOrder(ALICE, "BTCUSDT", 1, "", "new", 1, floor.time_ms)),
        floor.engine.apply(pair),
        floor.engine.apply(CancelOrderList(ALICE, "BTCUSDT", 0, "", "new", floor.time_ms)),
    ):
        assert refusal(events) is Rejection.MARKET_CLOSED
    assert floor.engine.symbol_status("BTCUSDT") is status
    assert floor.bids() == [(100, 5)]


def test_orders_can_only_leave_a_market_that_is_cancel_only() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100)
    floor.set_status(CANCEL_ONLY)
    assert refusal(floor.buy(ALICE, 1, 100)) is Rejection.MARKET_CLOSED
    assert kinds(floor.cancel(ALICE, 1)) == ["Canceled"]


def test_a_market_that_trades_again_goes_on_as_before() -> None:
    floor = Floor()
    floor.buy(ALICE, 5, 100)
    floor.set_status(HALT)
    floor.set_status(TRADING)
    assert fills(floor.sell(BOB, 2, 100)) == [(100, 2)]


def auction() -> Floor:
    floor = Floor()
    floor.trade_at(100)
    floor.set_status(AUCTION)
    return floor


def test_orders_that_cross_wait_for_the_auctions_end() -> None:
    floor = auction()
    assert kinds(floor.buy(ALICE, 5, 110)) == ["Accepted"]
    assert kinds(floor.sell(BOB, 5, 90)) == ["Accepted"]
    assert (floor.bids(), floor.asks()) == ([(110, 5)], [(90, 5)])


def test_only_orders_that_can_wait_are_collected() -> None:
    floor = auction()
    for events in (
        floor.market(ALICE, SELL, 1),
        floor.buy(ALICE, 1, 100, tif=IOC),
        floor.place(ALICE, SELL, 1, 100, type=LIMIT_MAKER),
        floor.place(ALICE, SELL, 3, 100, iceberg=1),
        floor.place(ALICE, SELL, 1, type=OrderType.STOP_LOSS, stop=90),
    ):
        assert refusal(events) is Rejection.MARKET_CLOSED
    floor.buy(ALICE, 1, 100)
    assert kinds(floor.cancel(ALICE, 3)) == ["Canceled"]


def test_an_auction_ends_at_the_price_at_which_most_lots_trade() -> None:
    floor = auction()
    for lots, price in ((3, 104), (4, 102), (5, 100)):
        floor.buy(ALICE, lots, price)
    for lots, price in ((2, 99), (5, 101), (6, 103)):
        floor.sell(BOB, lots, price)
    # At 101 and at 102, 7 lots are wanted and 7 offered; at 100 only 2 are offered, at 103 only 3 wanted.
    events = floor.set_status(TRADING)
    assert fills(events) == [(101, 2), (101, 1), (101, 4)]
    assert floor.bids() == [(100, 5)]
    assert floor.asks() == [(103, 6)]


def test_an_auctions_buyers_get_back_what_they_offered_beyond_its_price() -> None:
    floor = auction()
    floor.sell(BOB, 2, 95)
    floor.buy(ALICE, 2, 110)
    assert fills(floor.set_status(TRADING)) == [(95, 2)], "95 and 110 serve both, and 95 is nearer to 100"
    assert floor.balance(ALICE, "USDT") == (RICH - 190 * UNIT, 0)


def test_the_newer_order_of_an_auctions_trade_is_its_taker() -> None:
    floor = auction()
    floor.buy(ALICE, 1, 100)
    floor.sell(BOB, 1, 100)
    trade = floor.set_status(TRADING)[1]
    assert isinstance(trade, Traded)
    assert (trade.taker_account, trade.maker_account) == (BOB, ALICE)


def test_hidden_lots_trade_in_an_auction_too() -> None:
    floor = Floor()
    floor.place(ALICE, SELL, 6, 100, iceberg=2)
    floor.set_status(AUCTION)
    floor.buy(BOB, 5, 100)
    assert fills(floor.set_status(TRADING)) == [(100, 2), (100, 2), (100, 1)]
    assert floor.asks() == [(100, 1)]


def test_the_trades_of_an_auction_trigger_stops() -> None:
    floor = Floor()
    floor.trade_at(100)
    floor.place(CAROL, SELL, 1, 80, type=OrderType.STOP_LOSS_LIMIT, stop=90)
    floor.set_status(AUCTION)
    floor.buy(ALICE, 1, 90)
    floor.sell(BOB, 1, 90)
    assert kinds(floor.set_status(TRADING)) == ["StatusChanged", "Traded", "Triggered"]


def test_an_auction_that_is_interrupted_ends_when_trading_begins() -> None:
    floor = auction()
    floor.buy(ALICE, 1, 100)
    floor.sell(BOB, 1, 100)
    assert kinds(floor.set_status(CANCEL_ONLY)) == ["StatusChanged"]
    assert fills(floor.set_status(TRADING)) == [(100, 1)]


def test_the_status_of_a_symbol_that_is_not_listed_cannot_be_set() -> None:
    (event,) = Engine([WHOLE_NUMBERS]).apply(SetSymbolStatus("ETHUSDT", HALT, 0))
    assert isinstance(event, Rejected)
    assert event.reason is Rejection.UNKNOWN_SYMBOL


def test_a_market_order_is_taken_again_after_the_auction() -> None:
    floor = auction()
    floor.buy(ALICE, 1, 100)
    floor.set_status(TRADING)
    assert fills(floor.place(BOB, SELL, 1, type=MARKET)) == [(100, 1)]
