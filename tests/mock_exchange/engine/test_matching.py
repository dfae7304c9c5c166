"""Who trades with whom, at which price, and what becomes of the rest."""

from mock_exchange.engine.events import Event, Expired, Rejection, Traded
from mock_exchange.engine.orders import OrderStatus
from tests.mock_exchange.engine.floor import (
    ALICE,
    BOB,
    BUY,
    CAROL,
    FOK,
    GTC,
    IOC,
    LIMIT_MAKER,
    SELL,
    UNIT,
    Floor,
    fills,
    kinds,
    refusal,
)


def makers(events: list[Event]) -> list[int]:
    return [event.maker_order_id for event in events if isinstance(event, Traded)]


def test_an_order_that_crosses_nothing_rests() -> None:
    floor = Floor()
    assert kinds(floor.buy(ALICE, 3, 100)) == ["Accepted"]
    assert kinds(floor.sell(BOB, 2, 101)) == ["Accepted"]
    assert (floor.bids(), floor.asks()) == ([(100, 3)], [(101, 2)])
    assert floor.order(ALICE, 1).status is OrderStatus.NEW


def test_equal_prices_trade() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100)
    assert fills(floor.sell(BOB, 3, 100)) == [(100, 3)]
    assert floor.order(ALICE, 1).status is OrderStatus.FILLED
    assert floor.order(BOB, 2).status is OrderStatus.FILLED
    assert (floor.bids(), floor.asks()) == ([], [])


def test_a_trade_names_both_sides_and_the_money() -> None:
    floor = Floor()
    floor.buy(ALICE, 3, 100)
    _, trade = floor.sell(BOB, 2, 99)
    assert trade == Traded(
        trade_id=1,
        symbol="BTCUSDT",
        price=100,
        quantity=2,
        quote_amount=200 * UNIT,
        taker_side=SELL,
        taker_account=BOB,
        taker_order_id=2,
        taker_commission=0,
        maker_account=ALICE,
        maker_order_id=1,
        maker_commission=0,
        time_ms=floor.time_ms,
    )


def test_the_best_price_trades_first() -> None:
    floor = Floor()
    for price in (103, 101, 102):
        floor.sell(ALICE, 1, price)
    assert fills(floor.buy(BOB, 3, 103)) == [(101, 1), (102, 1), (103, 1)]
    for price in (95, 97, 96):
        floor.buy(ALICE, 1, price)
    assert fills(floor.sell(BOB, 3, 95)) == [(97, 1), (96, 1), (95, 1)]


def test_at_one_price_the_oldest_order_trades_first() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    floor.sell(CAROL, 1, 100)
    floor.sell(ALICE, 1, 100)
    assert makers(floor.buy(BOB, 3, 100)) == [1, 2, 3]


def test_a_partly_filled_order_keeps_its_place_in_the_queue() -> None:
    floor = Floor()
    floor.sell(ALICE, 2, 100)
    floor.sell(CAROL, 2, 100)
    floor.buy(BOB, 1, 100)
    assert floor.order(ALICE, 1).status is OrderStatus.PARTIALLY_FILLED
    assert makers(floor.buy(BOB, 2, 100)) == [1, 2]


def test_the_rest_of_a_crossing_limit_order_rests_at_its_own_price() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    assert kinds(floor.buy(BOB, 3, 102)) == ["Accepted", "Traded"]
    assert floor.bids() == [(102, 2)]
    order = floor.order(BOB, 2)
    assert (order.status, order.executed, order.quote_executed, order.trades) == (
        OrderStatus.PARTIALLY_FILLED,
        1,
        100 * UNIT,
        1,
    )


def test_a_limit_order_does_not_trade_beyond_its_price() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    floor.sell(ALICE, 1, 105)
    assert fills(floor.buy(BOB, 2, 104)) == [(100, 1)]
    assert floor.asks() == [(105, 1)]


def test_ioc_trades_what_it_can_and_its_rest_expires() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    assert kinds(floor.buy(BOB, 3, 100, tif=IOC)) == ["Accepted", "Traded", "Expired"]
    assert floor.bids() == []
    assert floor.order(BOB, 2).status is OrderStatus.EXPIRED
    assert floor.order(BOB, 2).executed == 1


def test_fok_trades_all_or_nothing() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    floor.sell(ALICE, 2, 101)
    assert kinds(floor.buy(BOB, 4, 101, tif=FOK)) == ["Accepted", "Expired"]
    assert kinds(floor.buy(BOB, 3, 100, tif=FOK)) == ["Accepted", "Expired"]
    assert fills(floor.buy(BOB, 3, 101, tif=FOK)) == [(100, 1), (101, 2)]


def test_a_limit_maker_rests_or_is_refused() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    assert refusal(floor.place(BOB, BUY, 1, 100, type=LIMIT_MAKER)) is Rejection.WOULD_TAKE
    assert kinds(floor.place(BOB, BUY, 1, 99, type=LIMIT_MAKER)) == ["Accepted"]
    assert refusal(floor.place(BOB, SELL, 1, 99, type=LIMIT_MAKER)) is Rejection.WOULD_TAKE
    assert floor.bids() == [(99, 1)]


def test_a_market_order_takes_every_price_it_needs() -> None:
    floor = Floor()
    floor.sell(ALICE, 1, 100)
    floor.sell(ALICE, 5, 900)
    assert fills(floor.market(BOB, BUY, 3)) == [(100, 1), (900, 2)]
    assert floor.order(BOB, 3).status is OrderStatus.FILLED


def test_a_market_order_that_empties_the_book_expires_with_what_it_got() -> None:
    floor = Floor()
    floor.buy(ALICE, 2, 100)
    assert kinds(floor.market(BOB, SELL, 3)) == ["Accepted", "Traded", "Expired"]
    order = floor.order(BOB, 2)
    assert (order.status, order.quantity, order.executed) == (OrderStatus.EXPIRED, 3, 2)


def test_a_market_order_into_an_empty_book_is_accepted_and_expires() -> None:
    # What the venue's test exchange answered: status EXPIRED, executedQty 0 (ccxt issue 8437).
    floor = Floor()
    assert kinds(floor.market(BOB, BUY, 3)) == ["Accepted", "Expired"]
    assert kinds(floor.market(BOB, BUY, spend=300)) == ["Accepted", "Expired"]
    assert floor.order(BOB, 2).quantity == 0


def test_a_market_buy_by_amount_spends_at_most_that() -> None:
    floor = Floor()
    floor.sell(ALICE, 2, 100)
    floor.sell(ALICE, 5, 150)
    # 200 buys two lots at 100, 150 a third; 99 of 449 are not enough for a fourth.
    assert fills(floor.market(BOB, BUY, spend=449)) == [(100, 2), (150, 1)]
    order = floor.order(BOB, 3)
    assert (order.status, order.quantity, order.quote_executed) == (OrderStatus.FILLED, 3, 350 * UNIT)


def test_a_market_sell_by_amount_receives_at_most_that() -> None:
    floor = Floor()
    floor.buy(ALICE, 2, 100)
    floor.buy(ALICE, 5, 80)
    assert fills(floor.market(BOB, SELL, spend=300)) == [(100, 2), (80, 1)]
    assert floor.order(BOB, 3).quote_executed == 280 * UNIT


def test_a_market_order_by_amount_expires_where_the_book_is_worth_less() -> None:
    floor = Floor()
    floor.sell(ALICE, 2, 100)
    events = floor.market(BOB, BUY, spend=250)
    assert kinds(events) == ["Accepted", "Traded", "Expired"]
    assert events[-1] == Expired(BOB, "BTCUSDT", 2)
    assert floor.order(BOB, 2).status is OrderStatus.EXPIRED


def test_a_market_order_by_exactly_the_books_worth_is_filled() -> None:
    floor = Floor()
    floor.sell(ALICE, 2, 100)
    floor.market(BOB, BUY, spend=200)
    assert floor.order(BOB, 2).status is OrderStatus.FILLED


def test_an_account_may_trade_with_itself() -> None:
    floor = Floor()
    floor.sell(ALICE, 2, 100)
    assert fills(floor.buy(ALICE, 2, 100)) == [(100, 2)]
    assert floor.balance(ALICE, "BTC") == (1_000_000 * UNIT, 0)
    assert floor.balance(ALICE, "USDT") == (1_000_000 * UNIT, 0)
    assert len(floor.engine.account_trades(ALICE, "BTCUSDT")) == 1


def test_both_sides_find_the_trade() -> None:
    floor = Floor()
    floor.sell(ALICE, 2, 100)
    floor.buy(BOB, 2, 100, tif=GTC)
    assert floor.engine.account_trades(ALICE, "BTCUSDT") == floor.engine.account_trades(BOB, "BTCUSDT")
    assert floor.engine.account_trades(CAROL, "BTCUSDT") == []
    assert floor.engine.last_price("BTCUSDT") == 100


def test_a_fill_changes_the_resting_orders_time_of_update_only() -> None:
    floor = Floor()
    placed_ms = floor.time_ms
    floor.sell(ALICE, 2, 100)
    floor.time_ms += 70
    floor.buy(BOB, 1, 100)
    order = floor.order(ALICE, 1)
    assert (order.created_ms, order.updated_ms) == (placed_ms, placed_ms + 70)
