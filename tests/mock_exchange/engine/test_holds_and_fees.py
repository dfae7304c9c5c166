"""Money: what an open order holds, what a trade costs, and that nothing appears or is lost."""

import pytest

from mock_exchange.engine.commands import Deposit
from mock_exchange.engine.events import Deposited, Rejection, Traded
from mock_exchange.engine.orders import FEE_ACCOUNT, Fees
from tests.mock_exchange.engine.floor import ALICE, BOB, BUY, FOK, IOC, SELL, UNIT, Floor, fills, kinds, refusal


def poor_floor(fees: Fees | None = None) -> Floor:
    return Floor(riches=0, fees=fees or Fees(0, 0))


def test_a_resting_buy_holds_its_price_times_its_quantity() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "USDT", 500)
    floor.buy(ALICE, 3, 100)
    assert floor.balance(ALICE, "USDT") == (200 * UNIT, 300 * UNIT)


def test_a_resting_sell_holds_its_quantity() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "BTC", 5)
    floor.sell(ALICE, 3, 100)
    assert floor.balance(ALICE, "BTC") == (2 * UNIT, 3 * UNIT)


def test_money_that_is_held_cannot_be_spent_again() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "USDT", 500)
    floor.buy(ALICE, 3, 100)
    assert refusal(floor.buy(ALICE, 3, 100)) is Rejection.INSUFFICIENT_BALANCE
    assert floor.balance(ALICE, "USDT") == (200 * UNIT, 300 * UNIT)


def test_a_cancel_releases_what_is_still_held() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "USDT", 500)
    floor.deposit(BOB, "BTC", 5)
    floor.buy(ALICE, 3, 100)
    floor.sell(BOB, 1, 100)
    floor.cancel(ALICE, 1)
    assert floor.balance(ALICE, "USDT") == (400 * UNIT, 0)
    assert floor.balance(ALICE, "BTC") == (1 * UNIT, 0)


def test_a_better_price_leaves_the_difference_free() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "BTC", 1)
    floor.deposit(BOB, "USDT", 300)
    floor.sell(ALICE, 1, 90)
    floor.buy(BOB, 3, 100)
    # 90 are paid, two lots wait at 100, and the 10 that the better price saved are free.
    assert floor.balance(BOB, "USDT") == (10 * UNIT, 200 * UNIT)


def test_a_limit_order_must_be_affordable_at_its_own_price() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "BTC", 1)
    floor.deposit(BOB, "USDT", 95)
    floor.sell(ALICE, 1, 90)
    for tif in (IOC, FOK):
        assert refusal(floor.buy(BOB, 1, 100, tif=tif)) is Rejection.INSUFFICIENT_BALANCE
    assert fills(floor.buy(BOB, 1, 95, tif=FOK)) == [(90, 1)]


def test_an_expired_rest_holds_nothing() -> None:
    floor = poor_floor()
    floor.deposit(BOB, "USDT", 300)
    floor.buy(BOB, 3, 100, tif=IOC)
    assert floor.balance(BOB, "USDT") == (300 * UNIT, 0)


def test_a_market_buy_must_pay_for_all_that_the_book_gives_it() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "BTC", 2)
    floor.deposit(BOB, "USDT", 299)
    floor.sell(ALICE, 1, 100)
    floor.sell(ALICE, 1, 200)
    assert refusal(floor.market(BOB, BUY, 2)) is Rejection.INSUFFICIENT_BALANCE
    floor.deposit(BOB, "USDT", 1)
    assert fills(floor.market(BOB, BUY, 2)) == [(100, 1), (200, 1)]
    assert floor.balance(BOB, "USDT") == (0, 0)


def test_a_market_sell_must_have_what_it_sells() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "USDT", 1000)
    floor.deposit(BOB, "BTC", 2)
    floor.buy(ALICE, 5, 100)
    assert refusal(floor.market(BOB, SELL, 3)) is Rejection.INSUFFICIENT_BALANCE
    assert refusal(floor.market(BOB, SELL, spend=300)) is Rejection.INSUFFICIENT_BALANCE
    assert fills(floor.market(BOB, SELL, spend=299)) == [(100, 2)]


def test_a_market_buy_by_amount_must_have_the_amount() -> None:
    floor = poor_floor()
    floor.deposit(ALICE, "BTC", 5)
    floor.deposit(BOB, "USDT", 250)
    floor.sell(ALICE, 5, 100)
    assert refusal(floor.market(BOB, BUY, spend=251)) is Rejection.INSUFFICIENT_BALANCE
    assert fills(floor.market(BOB, BUY, spend=250)) == [(100, 2)]


def test_each_side_pays_its_rate_in_the_asset_that_it_receives() -> None:
    floor = poor_floor(Fees(maker_ppm=1000, taker_ppm=2000))
    floor.deposit(ALICE, "BTC", 10)
    floor.deposit(BOB, "USDT", 1000)
    floor.sell(ALICE, 10, 100)
    (_, trade) = floor.buy(BOB, 10, 100)
    assert isinstance(trade, Traded)
    # Taker Bob receives 10 BTC and pays 0.2 % of them; maker Alice receives 1000 USDT and pays 0.1 % of those.
    assert (trade.taker_commission, trade.maker_commission) == (UNIT * 2 // 100, 1 * UNIT)
    assert floor.balance(BOB, "BTC") == (10 * UNIT - UNIT * 2 // 100, 0)
    assert floor.balance(ALICE, "USDT") == (999 * UNIT, 0)
    assert floor.balance(FEE_ACCOUNT, "BTC") == (UNIT * 2 // 100, 0)
    assert floor.balance(FEE_ACCOUNT, "USDT") == (1 * UNIT, 0)


def test_commissions_are_rounded_down() -> None:
    floor = poor_floor(Fees(maker_ppm=1, taker_ppm=333_333))
    floor.deposit(ALICE, "BTC", 1)
    floor.deposit(BOB, "USDT", 7)
    floor.sell(ALICE, 1, 7)
    (_, trade) = floor.buy(BOB, 1, 7)
    assert isinstance(trade, Traded)
    # 1e8 units times 0.333333 is 33333300; 7e8 units times 0.000001 is 700.
    assert (trade.taker_commission, trade.maker_commission) == (33_333_300, 700)


@pytest.mark.parametrize("rate_ppm", [-1, 1_000_001])
def test_a_rate_outside_nothing_and_everything_is_refused(rate_ppm: int) -> None:
    with pytest.raises(ValueError, match="taker_ppm is"):
        Fees(maker_ppm=0, taker_ppm=rate_ppm)


def test_a_deposit_is_an_event_and_must_be_of_something() -> None:
    floor = poor_floor()
    assert floor.engine.apply(Deposit(ALICE, "BTC", 7, 0)) == [Deposited(ALICE, "BTC", 7)]
    with pytest.raises(ValueError, match="a deposit of 0 BTC; it must be more than 0"):
        floor.engine.apply(Deposit(ALICE, "BTC", 0, 0))


def test_an_unknown_account_owns_nothing_and_can_do_nothing() -> None:
    floor = poor_floor()
    assert dict(floor.engine.balances(99)) == {}
    assert refusal(floor.buy(99, 1, 100)) is Rejection.INSUFFICIENT_BALANCE
    assert kinds(floor.cancel_all(99)) == ["Rejected"]
