"""What anyone may read, and what unmodified clients ask for before they trade."""

from tests.mock_exchange.served import Served, now_ms


def test_ping_and_time(exchange: Served) -> None:
    assert exchange.get("/api/v3/ping").json == {}
    before = now_ms()
    assert before <= exchange.get("/api/v3/time").json["serverTime"] <= now_ms()


def test_a_fresh_exchange_has_depth_best_prices_and_a_last_price(exchange: Served) -> None:
    for symbol in ("BTCUSDT", "DOGEUSDT"):
        depth = exchange.get("/api/v3/depth", symbol=symbol, limit=5).json
        bids, asks = depth["bids"], depth["asks"]
        assert len(bids) == len(asks) == 5
        assert [float(price) for price, _ in bids] == sorted((float(price) for price, _ in bids), reverse=True)
        assert float(bids[0][0]) < float(asks[0][0])
        assert all(isinstance(number, str) for level in bids + asks for number in level)
        best = exchange.get("/api/v3/ticker/bookTicker", symbol=symbol).json
        assert [best["bidPrice"], best["bidQty"]] == bids[0]
        assert [best["askPrice"], best["askQty"]] == asks[0]
        assert float(exchange.get("/api/v3/ticker/price", symbol=symbol).json["price"]) > 0


def test_tickers_come_for_one_for_some_and_for_all(exchange: Served) -> None:
    for path in ("/api/v3/ticker/price", "/api/v3/ticker/bookTicker"):
        everything = exchange.get(path).json
        assert {"BTCUSDT", "ETHUSDT", "XRPUSDT"} <= {each["symbol"] for each in everything}
        some = exchange.get(path, symbols='["ETHUSDT","BTCUSDT"]').json
        assert [each["symbol"] for each in some] == ["ETHUSDT", "BTCUSDT"]
        assert exchange.get(path, symbol="ETHUSDT").json["symbol"] == "ETHUSDT"


def test_exchange_info_is_what_clients_look_for(exchange: Served) -> None:
    info = exchange.get("/api/v3/exchangeInfo").json
    assert (info["timezone"], info["rateLimits"]) == ("UTC", [])
    symbol = next(each for each in info["symbols"] if each["symbol"] == "BTCUSDT")
    assert symbol["filters"][0] == {
        "filterType": "PRICE_FILTER",
        "minPrice": "0.01000000",
        "maxPrice": "1000000.00000000",
        "tickSize": "0.01000000",
    }
    assert symbol["permissionSets"] == [["SPOT"]]
    assert symbol["status"] == "TRADING"
    stops = {"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"}
    assert set(symbol["orderTypes"]) == {"LIMIT", "MARKET", "LIMIT_MAKER"} | stops
    one = exchange.get("/api/v3/exchangeInfo", symbol="ETHUSDT").json["symbols"]
    assert [each["symbol"] for each in one] == ["ETHUSDT"]


def test_an_account_lists_every_asset_as_text(exchange: Served) -> None:
    account = exchange.signed_call("GET", "/api/v3/account").json
    assert (account["accountType"], account["makerCommission"]) == ("SPOT", 10)
    assert account["commissionRates"]["taker"] == "0.00100000"
    balances = {each["asset"]: each for each in account["balances"]}
    assert {"BTC", "ETH", "USDT"} <= set(balances)
    assert all(isinstance(each["free"], str) for each in balances.values())


def test_other_products_answer_honestly_that_they_offer_nothing(exchange: Served) -> None:
    assert {coin["coin"] for coin in exchange.signed_call("GET", "/sapi/v1/capital/config/getall").json} >= {"BTC"}
    assert exchange.signed_call("GET", "/sapi/v1/margin/allPairs").json == []
    assert exchange.signed_call("GET", "/sapi/v1/margin/isolated/allPairs").json == []
    fees = exchange.signed_call("GET", "/sapi/v1/asset/tradeFee", symbol="BTCUSDT").json
    assert fees == [{"symbol": "BTCUSDT", "makerCommission": "0.00100000", "takerCommission": "0.00100000"}]
    assert exchange.get("/sapi/v1/system/status").json == {"status": 0, "msg": "normal"}
    for path in ("/fapi/v1/exchangeInfo", "/dapi/v1/exchangeInfo"):
        assert exchange.get(path).json["symbols"] == []


def test_my_trades_can_be_paged(exchange: Served) -> None:
    parameters = {"symbol": "DOGEUSDT", "side": "BUY", "type": "MARKET", "quantity": "100"}
    for _ in range(4):
        assert exchange.signed_call("POST", "/api/v3/order", **parameters).status == 200
    trades = ("GET", "/api/v3/myTrades")
    ids = [trade["id"] for trade in exchange.signed_call(*trades, symbol="DOGEUSDT").json]
    assert ids == sorted(ids)
    latest = exchange.signed_call(*trades, symbol="DOGEUSDT", limit=2).json
    assert [trade["id"] for trade in latest] == ids[-2:]
    first = exchange.signed_call(*trades, symbol="DOGEUSDT", fromId=ids[1], limit=1).json
    assert [trade["id"] for trade in first] == ids[1:2]
    now = now_ms()
    recent = exchange.signed_call(*trades, symbol="DOGEUSDT", startTime=now - 60_000, endTime=now + 60_000).json
    assert [trade["id"] for trade in recent] == ids
    assert exchange.signed_call(*trades, symbol="DOGEUSDT", startTime=now + 60_000).json == []
