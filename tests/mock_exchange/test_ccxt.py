"""An unmodified ccxt trades here with nothing but URLs and keys set."""

import time

import pytest

from tests.mock_exchange.served import KEY, SECRET, Served

ccxt = pytest.importorskip("ccxt", reason="pip install '.[e2e]' brings ccxt")


@pytest.mark.slow
def test_a_plain_script_trades_for_a_while_without_an_error(exchange: Served) -> None:
    rest = exchange.addresses["rest"]
    paths = {
        "public": "/api/v3",
        "private": "/api/v3",
        "sapi": "/sapi/v1",
        "fapiPublic": "/fapi/v1",
        "dapiPublic": "/dapi/v1",
    }
    urls = {"api": {name: rest + path for name, path in paths.items()}}
    client = ccxt.binance({"apiKey": KEY, "secret": SECRET, "urls": urls})
    assert client.fetch_status()["status"] == "ok"
    until = time.monotonic() + 10
    while time.monotonic() < until:
        best_bid = client.fetch_order_book("BTC/USDT", 20)["bids"][0][0]
        placed = client.create_order("BTC/USDT", "limit", "buy", 0.001, round(best_bid * 0.95, 2))
        assert client.fetch_order(placed["id"], "BTC/USDT")["status"] == "open"
        assert client.cancel_order(placed["id"], "BTC/USDT")["status"] == "canceled"
        assert client.create_order("BTC/USDT", "market", "buy", 0.001)["status"] == "closed"
        assert client.fetch_balance()["BTC"]["free"] > 0
    with pytest.raises(ccxt.InvalidOrder):
        client.create_order("BTC/USDT", "limit", "buy", 0.00001, 1000)
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order("999999999999", "BTC/USDT")
