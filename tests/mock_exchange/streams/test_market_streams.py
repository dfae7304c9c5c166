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
