"""What myTrades tells is what became of the money, also where an account trades with itself."""

import random
from collections import Counter
from decimal import Decimal
from typing import Final

from tests.mock_exchange.served import OTHER, OWN, Account, Json, Reply, Served, limit_order, serving

SYMBOL: Final = "LTCUSDT"
TRADES = ("GET", "/api/v3/myTrades")
NO_MARKET_MAKER = {"market": {"levels": 0}}


def place(exchange: Served, account: Account, side: str, quantity: int, price: int) -> Reply:
    parameters = limit_order(symbol=SYMBOL, side=side, quantity=quantity, price=price)
    return exchange.signed_call("POST", "/api/v3/order", account, **parameters)


def test_a_trade_with_oneself_is_two_rows_one_for_each_order() -> None:
    with serving(NO_MARKET_MAKER) as exchange:
        maker = place(exchange, OWN, "SELL", 2, 100).json["orderId"]
        taker = place(exchange, OWN, "BUY", 1, 100).json["orderId"]
        rows = exchange.signed_call(*TRADES, symbol=SYMBOL).json
        of_maker = exchange.signed_call(*TRADES, symbol=SYMBOL, orderId=maker).json
        of_taker = exchange.signed_call(*TRADES, symbol=SYMBOL, orderId=taker).json
        latest = exchange.signed_call(*TRADES, symbol=SYMBOL, limit=1).json
    assert rows == of_taker + of_maker
    assert latest == of_maker
    told = [(row["id"], row["orderId"], row["isMaker"], row["isBuyer"], row["commissionAsset"]) for row in rows]
    assert told == [(1, taker, False, True, "LTC"), (1, maker, True, False, "USDT")]
    # A tenth of a percent of what each order received: 1 LTC, and 100 USDT for it.
    assert [row["commission"] for row in rows] == ["0.00100000", "0.10000000"]


def holdings(exchange: Served, account: Account) -> Counter[str]:
    """What the account owns of each asset, in 1e-8, whether an order holds it or not."""
    reply = exchange.signed_call("GET", "/api/v3/account", account).json
    return Counter({each["asset"]: units(each["free"]) + units(each["locked"]) for each in reply["balances"]})


def units(amount: str) -> int:
    return int(Decimal(amount) * 10**8)


def gained(row: Json) -> Counter[str]:
    """What one row of myTrades says about the account's holdings, in 1e-8."""
    sign = 1 if row["isBuyer"] else -1
    change = Counter({"LTC": sign * units(row["qty"]), "USDT": -sign * units(row["quoteQty"])})
    change[row["commissionAsset"]] -= units(row["commission"])
    return change


def total(changes: list[Counter[str]]) -> Counter[str]:
    summed: Counter[str] = Counter()
    for change in changes:
        summed.update(change)
    return summed


def test_balances_change_by_fills_less_commissions_whoever_trades_with_whom() -> None:
    rng = random.Random(7)  # noqa: S311 - reproducible on purpose
    both = (OWN, OTHER)
    with serving(NO_MARKET_MAKER) as exchange:
        before = {account: holdings(exchange, account) for account in both}
        for _ in range(60):
            side, price = rng.choice(("BUY", "SELL")), rng.randint(98, 102)
            assert place(exchange, rng.choice(both), side, rng.randint(1, 5), price).status == 200
        rows = {account: exchange.signed_call(*TRADES, account, symbol=SYMBOL).json for account in both}
        for account in both:
            after = Counter(before[account])
            after.update(total([gained(row) for row in rows[account]]))
            assert holdings(exchange, account) == after
    with_oneself = [set(Counter(row["id"] for row in rows[account]).values()) for account in both]
    assert with_oneself == [{1, 2}, {1, 2}], "the orders were to trade with their own account, and with the other one"
