"""What was traded, as anyone may read it: trades, candles, averages and statistics agree with each other."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.mock_exchange.served import Json, Served, now_ms, serving

MINUTE_MS = 60_000
DAY_MS = 1440 * MINUTE_MS
SYMBOL = "XRPUSDT"
"""Nobody else trades it in these tests."""
ZERO = "0.00000000"
INTERVALS = ("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M")


@pytest.fixture(scope="module")
def traded() -> Iterator[Served]:
    """An exchange where market orders have taken several levels of one symbol, after its opening trade."""
    with serving() as served:
        for side, quantity in (("BUY", 70_000), ("SELL", 40_000), ("BUY", 100), ("BUY", 150_000)):
            order = {"symbol": SYMBOL, "side": side, "type": "MARKET", "quantity": str(quantity)}
            assert served.signed_call("POST", "/api/v3/order", **order).status == 200
        yield served


def trades_of(traded: Served) -> list[Json]:
    return list(traded.get("/api/v3/trades", symbol=SYMBOL, limit=1000).json)


def total(rows: list[Json], field: str) -> Decimal:
    return sum((Decimal(row[field]) for row in rows), Decimal(0))


def test_trades_are_numbered_without_gaps_and_say_who_took(traded: Served) -> None:
    trades = trades_of(traded)
    assert [trade["id"] for trade in trades] == list(range(1, len(trades) + 1))
    assert len(trades) > 5
    assert {trade["isBuyerMaker"] for trade in trades} == {True, False}
    assert all(Decimal(each["price"]) * Decimal(each["qty"]) == Decimal(each["quoteQty"]) for each in trades)
    assert traded.get("/api/v3/trades", symbol=SYMBOL, limit=2).json == trades[-2:]
    assert traded.get("/api/v3/historicalTrades", symbol=SYMBOL, limit=2).json == trades[-2:]
    assert traded.get("/api/v3/historicalTrades", symbol=SYMBOL, fromId=2, limit=3).json == trades[1:4]


def test_aggregates_cover_every_trade_once(traded: Served) -> None:
    trades = trades_of(traded)
    aggregates = traded.get("/api/v3/aggTrades", symbol=SYMBOL).json
    assert [each["a"] for each in aggregates] == list(range(1, len(aggregates) + 1))
    covered = [number for each in aggregates for number in range(each["f"], each["l"] + 1)]
    assert covered == [trade["id"] for trade in trades]
    assert total(aggregates, "q") == total(trades, "qty")
    assert traded.get("/api/v3/aggTrades", symbol=SYMBOL, fromId=2, limit=2).json == aggregates[1:3]
    since = traded.get("/api/v3/aggTrades", symbol=SYMBOL, startTime=aggregates[0]["T"], endTime=now_ms()).json
    assert since == aggregates
    assert traded.get("/api/v3/aggTrades", symbol=SYMBOL, startTime=now_ms() + MINUTE_MS).json == []


def test_candles_of_every_interval_hold_all_trades(traded: Served) -> None:
    trades = trades_of(traded)
    for interval in INTERVALS:
        rows = traded.get("/api/v3/klines", symbol=SYMBOL, interval=interval, limit=1000).json
        assert {len(row) for row in rows} == {12}
        assert sum(row[8] for row in rows) == len(trades), interval
        assert sum(Decimal(row[5]) for row in rows) == total(trades, "qty")
        assert sum(Decimal(row[7]) for row in rows) == total(trades, "quoteQty")
        assert rows[0][1] == trades[0]["price"]
        assert rows[-1][4] == trades[-1]["price"]
        assert all(row[6] + 1 == following[0] for row, following in pairwise(rows))
        assert rows[0][0] <= trades[0]["time"] <= rows[0][6]
        assert traded.get("/api/v3/uiKlines", symbol=SYMBOL, interval=interval, limit=1000).json[0] == rows[0]


def test_days_begin_where_their_time_zone_says(traded: Served) -> None:
    for zone, offset_minutes in (("0", 0), ("8", 480), ("-1:00", -60), ("05:45", 345), ("14", 840), ("-12:00", -720)):
        (row, *_) = traded.get("/api/v3/klines", symbol=SYMBOL, interval="1d", timeZone=zone).json
        assert (row[0] + offset_minutes * MINUTE_MS) % DAY_MS == 0, zone
        day = traded.get("/api/v3/ticker/tradingDay", symbol=SYMBOL, timeZone=zone).json
        assert (day["openTime"] + offset_minutes * MINUTE_MS) % DAY_MS == 0
        assert day["closeTime"] == day["openTime"] + DAY_MS - 1


def test_the_three_statistics_agree_on_a_fresh_exchange(traded: Served) -> None:
    trades = trades_of(traded)
    day = traded.get("/api/v3/ticker/24hr", symbol=SYMBOL).json
    assert (day["firstId"], day["lastId"], day["count"]) == (1, len(trades), len(trades))
    assert (day["openPrice"], day["lastPrice"]) == (trades[0]["price"], trades[-1]["price"])
    assert Decimal(day["priceChange"]) == Decimal(day["lastPrice"]) - Decimal(day["openPrice"])
    assert Decimal(day["highPrice"]) == max(Decimal(trade["price"]) for trade in trades)
    assert Decimal(day["volume"]) == total(trades, "qty")
    assert Decimal(day["quoteVolume"]) == total(trades, "quoteQty")
    average = total(trades, "quoteQty") / total(trades, "qty")
    assert abs(Decimal(day["weightedAvgPrice"]) - average) < Decimal("0.00000002")
    assert abs(Decimal(traded.get("/api/v3/avgPrice", symbol=SYMBOL).json["price"]) - average) < Decimal("0.00000002")
    best = traded.get("/api/v3/ticker/bookTicker", symbol=SYMBOL).json
    assert {name: day[name] for name in best} == best
    window = traded.get("/api/v3/ticker", symbol=SYMBOL).json
    volatile = ("openTime", "closeTime")
    assert {name: value for name, value in window.items() if name not in volatile} == {
        name: value for name, value in day.items() if name in window and name not in volatile
    }


@pytest.mark.parametrize(("window", "length_ms"), [("1m", MINUTE_MS), ("59m", 59 * MINUTE_MS), ("7d", 7 * DAY_MS)])
def test_a_window_begins_with_a_minute(traded: Served, window: str, length_ms: int) -> None:
    reply = traded.get("/api/v3/ticker", symbol=SYMBOL, windowSize=window).json
    assert reply["openTime"] % MINUTE_MS == 0
    assert length_ms <= reply["closeTime"] - reply["openTime"] < length_ms + MINUTE_MS


def test_statistics_come_short_and_for_several_symbols(traded: Served) -> None:
    mini = traded.get("/api/v3/ticker/24hr", symbol=SYMBOL, type="MINI").json
    assert set(mini) == {
        *("symbol", "openPrice", "highPrice", "lowPrice", "lastPrice", "volume", "quoteVolume"),
        *("openTime", "closeTime", "firstId", "lastId", "count"),
    }
    assert len(traded.get("/api/v3/ticker/24hr").json) == 5
    for path in ("/api/v3/ticker/24hr", "/api/v3/ticker/tradingDay", "/api/v3/ticker"):
        some = traded.get(path, symbols='["XRPUSDT","BTCUSDT"]').json
        assert [each["symbol"] for each in some] == ["XRPUSDT", "BTCUSDT"]
    for path in ("/api/v3/ticker/tradingDay", "/api/v3/ticker"):
        assert traded.get(path).error == (400, -1102)


@pytest.mark.parametrize(
    ("path", "parameters", "code"),
    [
        ("klines", {}, -1102),
        ("klines", {"interval": "7m"}, -1120),
        ("klines", {"interval": "1h", "timeZone": "15"}, -1130),
        ("klines", {"interval": "1h", "timeZone": "noon"}, -1130),
        ("klines", {"interval": "1h", "startTime": "yesterday"}, -1100),
        ("klines", {"interval": "1h", "limit": "0"}, -1130),
        ("aggTrades", {"fromId": 1, "startTime": 1}, -1128),
        ("ticker", {"windowSize": "60m"}, -1130),
        ("ticker", {"windowSize": "8d"}, -1130),
        ("ticker/24hr", {"type": "TINY"}, -1130),
        ("ticker/24hr", {"symbols": '["BTCUSDT"]'}, -1128),
        ("ticker/price", {"symbolStatus": "SLEEPING"}, -1130),
        ("ticker/price", {"symbolStatus": "HALT"}, -1220),
        ("depth", {"symbolStatus": "BREAK"}, -1220),
        ("trades", {"fromId": 1}, -1101),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    traded: Served, path: str, parameters: dict[str, object], code: int
) -> None:
    assert traded.get(f"/api/v3/{path}", symbol=SYMBOL, **parameters).error == (400, code)


def test_only_symbols_with_the_wanted_status_are_listed(traded: Served) -> None:
    for path in ("ticker/price", "ticker/bookTicker", "ticker/24hr"):
        assert len(traded.get(f"/api/v3/{path}", symbolStatus="TRADING").json) == 5
        assert traded.get(f"/api/v3/{path}", symbolStatus="HALT").json == []


def test_history_outlives_a_restart(tmp_path: Path) -> None:
    """The market is the same after it: every trade by its number, every aggregate, every candle."""
    reads = [
        ("trades", {}),
        ("aggTrades", {}),
        ("klines", {"interval": "1M"}),
        ("ticker/tradingDay", {}),
    ]
    data = ("--data", str(tmp_path / "data"))
    order = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": "70000"}
    with serving(None, *data) as served:
        assert served.signed_call("POST", "/api/v3/order", **order).status == 200
        before = [served.get(f"/api/v3/{path}", symbol=SYMBOL, **parameters).json for path, parameters in reads]
    assert len(before[0]) > 1
    with serving(None, *data) as served:
        after = [served.get(f"/api/v3/{path}", symbol=SYMBOL, **parameters).json for path, parameters in reads]
    assert after == before


def test_a_market_that_was_never_traded_has_a_history_without_prices() -> None:
    with serving({"market": {"levels": 0}}) as served:
        day = served.get("/api/v3/ticker/24hr", symbol=SYMBOL).json
        assert (day["lastPrice"], day["priceChangePercent"], day["weightedAvgPrice"]) == (ZERO, "0.000", ZERO)
        assert (day["firstId"], day["lastId"], day["count"]) == (-1, -1, 0)
        assert served.get("/api/v3/avgPrice", symbol=SYMBOL).json["price"] == ZERO
        for path, parameters in (("klines", {"interval": "1m"}), ("trades", {}), ("aggTrades", {"fromId": 1})):
            assert served.get(f"/api/v3/{path}", symbol=SYMBOL, **parameters).json == []
        assert served.get("/api/v3/aggTrades", symbol=SYMBOL, startTime=0, endTime=now_ms()).json == []


def test_a_short_memory_keeps_the_newest() -> None:
    with serving({"history": {"trades": 2}}) as served:
        for _ in range(5):
            order = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": "10"}
            assert served.signed_call("POST", "/api/v3/order", **order).status == 200
        kept = [trade["id"] for trade in trades_of(served)]
        assert kept[-1] == 6
        assert 2 <= len(kept) < 4
        assert served.get("/api/v3/ticker/24hr", symbol=SYMBOL).json["count"] == 6
