"""An operator closes and reopens markets on the admin port, and everyone is told the same of it."""

from collections.abc import Iterator

import pytest

from tests.mock_exchange.served import TOKEN, Reply, Served, limit_order, serving

CLOSED = (400, -2010)


@pytest.fixture
def market() -> Iterator[Served]:
    with serving({"market": {"levels": 2}}) as served:
        yield served


def change(market: Served, symbol: str, status: str, token: str = TOKEN) -> Reply:
    return market.call("POST", f"/status?symbol={symbol}&status={status}", port="admin", token=token)


def test_a_halted_market_takes_no_orders_and_tells_so(market: Served) -> None:
    assert change(market, "BTCUSDT", "HALT").json == {"symbol": "BTCUSDT", "status": "HALT"}
    assert market.place().error == CLOSED
    listed = market.call("GET", "/status", port="admin", token=TOKEN).json
    assert {each["symbol"]: each["status"] for each in listed}["BTCUSDT"] == "HALT"
    (described,) = market.get("/api/v3/exchangeInfo", symbol="BTCUSDT").json["symbols"]
    assert described["status"] == "HALT"
    halted = market.get("/api/v3/exchangeInfo", symbolStatus="HALT").json["symbols"]
    assert [each["symbol"] for each in halted] == ["BTCUSDT"]
    assert market.get("/api/v3/depth", symbol="BTCUSDT", symbolStatus="TRADING").error == (400, -1220)
    assert market.get("/api/v3/depth", symbol="BTCUSDT", symbolStatus="HALT").status == 200
    traded = market.get("/api/v3/ticker/price", symbolStatus="TRADING").json
    assert len(traded) == 4
    assert "BTCUSDT" not in {each["symbol"] for each in traded}
    assert change(market, "BTCUSDT", "TRADING").status == 200
    assert market.place().status == 200


def test_a_market_can_be_left_open_for_cancels_only(market: Served) -> None:
    placed = market.place().json["orderId"]
    assert change(market, "BTCUSDT", "CANCEL_ONLY").status == 200
    assert market.place().error == CLOSED
    assert market.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=placed).status == 200


def test_a_market_reopens_with_an_auction_at_one_price(market: Served) -> None:
    assert change(market, "BTCUSDT", "AUCTION_MATCH").status == 200
    for side, price in (("BUY", "118000"), ("SELL", "117500")):
        placed = market.signed_call("POST", "/api/v3/order", **limit_order(side=side, price=price, quantity="0.01"))
        assert placed.json["status"] == "NEW"
    assert change(market, "BTCUSDT", "TRADING").status == 200
    trades = market.get("/api/v3/trades", symbol="BTCUSDT").json[1:]
    assert len({trade["price"] for trade in trades}) == 1
    best = market.get("/api/v3/ticker/bookTicker", symbol="BTCUSDT").json
    assert float(best["bidPrice"]) < float(best["askPrice"])


def test_only_an_operator_changes_a_market_and_only_to_what_there_is(market: Served) -> None:
    assert change(market, "BTCUSDT", "HALT", token="wrong").error == (401, -1002)
    assert change(market, "NOSUCH", "HALT").error == (400, -1121)
    assert change(market, "BTCUSDT", "SLEEPING").error == (400, -1130)
    assert market.call("POST", "/status?symbol=BTCUSDT", port="admin", token=TOKEN).error == (400, -1102)
    assert market.call("POST", "/status?symbol=BTCUSDT&why=x", port="admin", token=TOKEN).error == (400, -1101)
    assert market.call("POST", "/truth", port="admin", token=TOKEN).error == (405, -1020)
    assert market.place().status == 200
