"""Unmodified clients read every market reply as what they take it for, with nothing set but URL and keys."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from tests.mock_exchange.served import OWN, Served

ccxt = pytest.importorskip("ccxt", reason="pip install '.[e2e]' brings ccxt")
spot = pytest.importorskip("binance_sdk_spot.spot", reason="pip install '.[e2e]' brings binance-sdk-spot")
configuration = pytest.importorskip("binance_common.configuration")

pytestmark = pytest.mark.slow

Client = Any

SDK_CALLS: dict[str, Callable[[Client], Client]] = {
    "exchange_info": lambda api: api.exchange_info(permissions=["SPOT"], symbol_status="TRADING"),
    "execution_rules": lambda api: api.execution_rules(symbol="BTCUSDT"),
    "depth": lambda api: api.depth("BTCUSDT", limit=5),
    "get_trades": lambda api: api.get_trades("BTCUSDT"),
    "historical_trades": lambda api: api.historical_trades("BTCUSDT", from_id=1),
    "agg_trades": lambda api: api.agg_trades("BTCUSDT"),
    "klines": lambda api: api.klines("BTCUSDT", "1h"),
    "ui_klines": lambda api: api.ui_klines("BTCUSDT", "1M", time_zone="-1:00"),
    "avg_price": lambda api: api.avg_price("BTCUSDT"),
    "ticker24hr": lambda api: api.ticker24hr("BTCUSDT"),
    "ticker24hr of all": lambda api: api.ticker24hr(type="MINI"),
    "ticker_trading_day": lambda api: api.ticker_trading_day(symbols=["BTCUSDT", "ETHUSDT"]),
    "ticker": lambda api: api.ticker("BTCUSDT", window_size="4h"),
    "ticker_price": lambda api: api.ticker_price(),
    "ticker_book_ticker": lambda api: api.ticker_book_ticker("BTCUSDT"),
    "account_commission": lambda api: api.account_commission("BTCUSDT"),
    "my_filters": lambda api: api.my_filters("BTCUSDT"),
}
CCXT_CALLS: dict[str, Callable[[Client], Client]] = {
    "fetch_ticker": lambda client: client.fetch_ticker("BTC/USDT")["last"],
    "fetch_tickers": lambda client: client.fetch_tickers(["BTC/USDT", "ETH/USDT"])["ETH/USDT"]["vwap"],
    "fetch_ohlcv": lambda client: client.fetch_ohlcv("BTC/USDT", "1m"),
    "fetch_trades": lambda client: client.fetch_trades("BTC/USDT"),
    "fetch_bids_asks": lambda client: client.fetch_bids_asks()["BTC/USDT"]["bid"],
    "fetch_last_prices": lambda client: client.fetch_last_prices()["BTC/USDT"]["price"],
    "fetch_currencies": lambda client: client.fetch_currencies()["BTC"],
    "fetch_trading_fee": lambda client: client.fetch_trading_fee("BTC/USDT")["maker"],
    "fetch_status": lambda client: client.fetch_status()["status"] == "ok",
    "fetch_funding": lambda client: client.fetch_balance({"type": "funding"}),
    "fetch_deposits": lambda client: client.fetch_deposits() == [],
}


@pytest.mark.parametrize("name", SDK_CALLS)
def test_the_venues_sdk_reads_it_without_a_warning(exchange: Served, name: str) -> None:
    settings = configuration.ConfigurationRestAPI(
        api_key=OWN.key, api_secret=OWN.secret, base_path=exchange.addresses["rest"]
    )
    api = spot.Spot(config_rest_api=settings).rest_api
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert SDK_CALLS[name](api).data()


@pytest.fixture(scope="module")
def client(exchange: Served) -> Client:
    rest = exchange.addresses["rest"]
    paths = {"public": "/api/v3", "private": "/api/v3", "sapi": "/sapi/v1"}
    paths |= {"fapiPublic": "/fapi/v1", "dapiPublic": "/dapi/v1"}
    urls = {"api": {name: rest + path for name, path in paths.items()}}
    return ccxt.binance({"apiKey": OWN.key, "secret": OWN.secret, "urls": urls, "enableRateLimit": False})


@pytest.mark.parametrize("name", CCXT_CALLS)
def test_ccxt_reads_it(client: Client, name: str) -> None:
    assert CCXT_CALLS[name](client)
