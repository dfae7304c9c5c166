"""What each stream says of what has happened."""

import pytest

from tests.mock_exchange.served import Served, now_ms
from tests.mock_exchange.streams.trading import best_ask, take
from tests.mock_exchange.websocket_client import websocket


def test_a_trade_is_told_as_it_happened(exchange: Served) -> None:
    price, _ = best_ask(exchange)
    before = now_ms()
    with websocket(exchange.port("ws"), "/ws/btcusdt@trade") as client:
        fill = take(exchange)["fills"][0]
        trade = client.read_json()
    times = trade.pop("E"), trade.pop("T")
    assert trade == {
        "e": "trade",
        "s": "BTCUSDT",
        "t": fill["tradeId"],
        "p": price,
        "q": "0.00100000",
        "m": False,
        "M": True,
    }
    assert all(before <= time <= now_ms() for time in times)


def test_times_come_in_microseconds_to_whom_wants_them(exchange: Served) -> None:
    with (
        websocket(exchange.port("ws"), "/ws/btcusdt@trade?timeUnit=MICROSECOND") as fine,
        websocket(exchange.port("ws"), "/stream?streams=btcusdt@trade&timeUnit=millisecond") as coarse,
    ):
        take(exchange)
        finely, coarsely = fine.read_json(), coarse.read_json()["data"]
        assert finely["T"] == coarsely["T"] * 1000
        assert abs(finely["E"] // 1000 - coarsely["E"]) < 60_000


def test_a_sale_is_told_with_the_buyer_as_the_maker(exchange: Served) -> None:
    bid = exchange.get("/api/v3/ticker/bookTicker", symbol="ETHUSDT").json["bidPrice"]
    with websocket(exchange.port("ws"), "/ws/ethusdt@trade") as client:
        take(exchange, symbol="ETHUSDT", side="SELL", price=bid, quantity="0.01")
        assert client.read_json()["m"] is True


def test_the_best_prices_are_told_whenever_they_change_and_only_then(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws/ltcusdt@bookTicker") as client:
        before = exchange.get("/api/v3/ticker/bookTicker", symbol="LTCUSDT").json
        exchange.place(symbol="LTCUSDT", price="50.00", quantity="1")
        take(exchange, symbol="LTCUSDT", quantity="1")
        told = client.read_json()
        after = exchange.get("/api/v3/ticker/bookTicker", symbol="LTCUSDT").json
        assert (told["s"], told["b"], told["B"]) == ("LTCUSDT", before["bidPrice"], before["bidQty"])
        assert (told["a"], told["A"]) == (after["askPrice"], after["askQty"]) != (before["askPrice"], before["askQty"])
        assert told["u"] == exchange.get("/api/v3/depth", symbol="LTCUSDT", limit=1).json["lastUpdateId"]
        assert set(told) == {"u", "s", "b", "B", "a", "A"}


@pytest.mark.parametrize(("name", "levels"), [("depth5", 5), ("depth10@100ms", 10), ("depth20@1000ms", 20)])
def test_the_best_levels_are_told_as_rest_tells_them(exchange: Served, name: str, levels: int) -> None:
    with websocket(exchange.port("ws"), f"/ws/dogeusdt@{name}") as client:
        assert client.read_json() == exchange.get("/api/v3/depth", symbol="DOGEUSDT", limit=levels).json


@pytest.mark.parametrize("name", ["depth", "depth@1000ms", "depth@100ms"])
def test_a_depth_event_has_the_levels_that_changed(exchange: Served, name: str) -> None:
    with websocket(exchange.port("ws"), f"/ws/xrpusdt@{name}") as client:
        first = exchange.get("/api/v3/depth", symbol="XRPUSDT", limit=1).json["lastUpdateId"] + 1
        assert exchange.place(symbol="XRPUSDT", price="1.0000", quantity="500").status == 200
        event = client.read_json()
        assert event.pop("E") <= now_ms()
        levels = exchange.get("/api/v3/depth", symbol="XRPUSDT", limit=5000).json["bids"]
        quantity = next(level[1] for level in levels if level[0] == "1.00000000")
        assert event == {
            "e": "depthUpdate",
            "s": "XRPUSDT",
            "U": first,
            "u": first,
            "b": [["1.00000000", quantity]],
            "a": [],
        }


def test_a_level_that_is_gone_is_told_with_quantity_0(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws/btcusdt@depth@100ms") as client:
        order = exchange.place(price="90000.01").json
        assert client.read_json()["b"] == [["90000.01000000", "0.00100000"]]
        exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=order["orderId"])
        assert client.read_json()["b"] == [["90000.01000000", "0.00000000"]]


def test_fills_of_one_order_at_one_price_are_one_aggregate_trade(exchange: Served) -> None:
    price = f"{float(best_ask(exchange)[0]) - 0.01:.2f}"
    for _ in range(2):
        assert exchange.place(side="SELL", price=price, quantity="0.003").status == 200
    with websocket(exchange.port("ws"), "/ws/btcusdt@aggTrade") as client:
        fills = take(exchange, price=price, quantity="0.005")["fills"]
        told = client.read_json()
        rest = exchange.get("/api/v3/aggTrades", symbol="BTCUSDT", limit=1).json[0]
    assert len(fills) == 2
    event = told.pop("e"), told.pop("s")
    assert event == ("aggTrade", "BTCUSDT")
    assert told.pop("E") >= told["T"]
    assert told == rest
    assert (told["f"], told["l"], told["q"]) == (fills[0]["tradeId"], fills[1]["tradeId"], "0.00500000")


@pytest.mark.parametrize(
    ("name", "zone"), [("1m", "0"), ("1h", "0"), ("1d", "0"), ("1w", "0"), ("1M", "0"), ("1d@+08:00", "8")]
)
def test_a_candle_is_told_as_rest_tells_it(exchange: Served, name: str, zone: str) -> None:
    interval = name.partition("@")[0]
    with websocket(exchange.port("ws"), f"/ws/btcusdt@kline_{name}") as client:
        fill = take(exchange)["fills"][0]["tradeId"]
        while (event := client.read_json())["k"]["L"] < fill:
            pass
    (rest,) = exchange.get(
        "/api/v3/klines", symbol="BTCUSDT", interval=interval, timeZone=zone, startTime=event["k"]["t"], limit=1
    ).json
    candle = event["k"]
    assert [candle[key] for key in "tohlcvTqnVQB"] == rest
    assert (event["e"], event["s"], candle["s"], candle["i"]) == ("kline", "BTCUSDT", "BTCUSDT", interval)
    assert candle["f"] <= candle["L"] == fill


def test_a_candle_that_has_closed_is_told_once_more(exchange: Served) -> None:
    with websocket(exchange.port("ws"), "/ws/btcusdt@kline_1s") as client:
        take(exchange)
        candles = [client.read_json()["k"]]
        while sum(candle["x"] for candle in candles) < 2:
            candles.append(client.read_json()["k"])
    closed = [candle["t"] for candle in candles if candle["x"]]
    assert closed[1] == closed[0] + 1000
    assert all(candle["T"] == candle["t"] + 999 for candle in candles)
    after = candles[[candle["t"] for candle in candles].index(closed[1]) :]
    assert [candle["x"] for candle in after] == [False] * (len(after) - 1) + [True]


DAY = {
    "p": "priceChange",
    "P": "priceChangePercent",
    "w": "weightedAvgPrice",
    "x": "prevClosePrice",
    "c": "lastPrice",
    "Q": "lastQty",
    "b": "bidPrice",
    "B": "bidQty",
    "a": "askPrice",
    "A": "askQty",
    "o": "openPrice",
    "h": "highPrice",
    "l": "lowPrice",
    "v": "volume",
    "q": "quoteVolume",
    "F": "firstId",
    "L": "lastId",
    "n": "count",
}
MINI = {key: DAY[key] for key in "cohlvq"}
WINDOW = {key: DAY[key] for key in "pPwcohlvqFLn"}


@pytest.mark.parametrize(
    ("stream", "event", "query", "names"),
    [
        ("ticker", "24hrTicker", "/24hr?", DAY),
        ("miniTicker", "24hrMiniTicker", "/24hr?", MINI),
        ("ticker_1h", "1hTicker", "?windowSize=1h&", WINDOW),
        ("ticker_4h", "4hTicker", "?windowSize=4h&", WINDOW),
        ("ticker_1d", "1dTicker", "?windowSize=1d&", WINDOW),
    ],
)
def test_statistics_are_told_as_rest_tells_them(
    exchange: Served, stream: str, event: str, query: str, names: dict[str, str]
) -> None:
    for side in ("SELL", "BUY"):
        take(exchange, symbol="ETHUSDT", side=side, price="4000.00" if side == "SELL" else "5000.00", quantity="0.01")
    with (
        websocket(exchange.port("ws"), f"/ws/ethusdt@{stream}") as one,
        websocket(exchange.port("ws"), f"/ws/!{stream}@arr") as every,
    ):
        ticker = one.read_json()
        assert next(each for each in every.read_json() if each["s"] == "ETHUSDT")["e"] == event
        assert every.call("SET_PROPERTY", "combined", True)["result"] is None
        take(exchange, symbol="ETHUSDT", price="5000.00", quantity="0.01")
        changed = every.read_json()
        assert changed["stream"] == f"!{stream}@arr"
        assert [each["s"] for each in changed["data"]] == ["ETHUSDT"]
    rest = exchange.call("GET", f"/api/v3/ticker{query}symbol=ETHUSDT").json
    latest = changed["data"][0]
    assert {key: latest[key] for key in names} == {key: rest[name] for key, name in names.items()}
    assert (ticker["e"], ticker["s"]) == (event, "ETHUSDT")
    assert set(ticker) == set(latest) == {"e", "E", "s", *names, *(() if names is MINI else ("O", "C"))}


def test_the_mini_tickers_of_all_have_a_second_name(exchange: Served) -> None:
    """python-binance's ``miniticker_socket`` subscribes to it."""
    with websocket(exchange.port("ws"), "/ws/!miniTicker@arr@1000ms") as client:
        take(exchange)
        assert "BTCUSDT" in {each["s"] for each in client.read_json() if each["e"] == "24hrMiniTicker"}


def test_the_average_price_is_told_as_rest_tells_it(exchange: Served) -> None:
    take(exchange)
    with websocket(exchange.port("ws"), "/ws/btcusdt@avgPrice") as client:
        told = client.read_json()
    rest = exchange.get("/api/v3/avgPrice", symbol="BTCUSDT").json
    assert told.pop("E") >= told["T"]
    assert told == {"e": "avgPrice", "s": "BTCUSDT", "i": "5m", "w": rest["price"], "T": rest["closeTime"]}
