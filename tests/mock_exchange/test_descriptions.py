"""What the exchange says of itself: symbols and rules, rates, other products, and what it does not have."""

from collections.abc import Mapping

import pytest

from mock_exchange.gateway.left_out import LEFT_OUT
from mock_exchange.gateway.time_unit import in_microseconds
from tests.mock_exchange.served import KEY, Json, Reply, Served, limit_order, now_ms, signed

SYMBOLS = ["BTCUSDT", "ETHUSDT", "LTCUSDT", "XRPUSDT", "DOGEUSDT"]


def names(reply: Json) -> list[str]:
    return [symbol["symbol"] for symbol in reply["symbols"]]


@pytest.mark.parametrize(
    ("parameters", "listed"),
    [
        ({}, SYMBOLS),
        ({"symbols": '["XRPUSDT","BTCUSDT"]'}, ["XRPUSDT", "BTCUSDT"]),
        ({"permissions": "SPOT"}, SYMBOLS),
        ({"permissions": '["MARGIN","SPOT"]'}, SYMBOLS),
        ({"permissions": "MARGIN"}, []),
        ({"symbolStatus": "TRADING"}, SYMBOLS),
        ({"symbolStatus": "BREAK"}, []),
    ],
)
def test_symbols_are_listed_by_name_permission_and_status(
    exchange: Served, parameters: Mapping[str, object], listed: list[str]
) -> None:
    assert names(exchange.get("/api/v3/exchangeInfo", **parameters).json) == listed


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"symbol": "BTCUSDT", "permissions": "SPOT"}, -1128),
        ({"symbols": '["BTCUSDT"]', "symbolStatus": "TRADING"}, -1128),
        ({"permissions": "EVERYTHING"}, -1130),
        ({"permissions": '["SPOT"'}, -1130),
        ({"showPermissionSets": "maybe"}, -1100),
        ({"symbol": "NOSUCH"}, -1121),
        ({"symbols": "BTCUSDT"}, -1100),
    ],
)
def test_a_description_that_cannot_be_given_is_refused(
    exchange: Served, parameters: Mapping[str, object], code: int
) -> None:
    assert exchange.get("/api/v3/exchangeInfo", **parameters).error == (400, code)


def test_permission_sets_can_be_left_away(exchange: Served) -> None:
    (symbol,) = exchange.get("/api/v3/exchangeInfo", symbol="BTCUSDT", showPermissionSets="false").json["symbols"]
    assert symbol["permissionSets"] == []


def test_an_account_sees_the_same_filters_as_everyone(exchange: Served) -> None:
    (symbol,) = exchange.get("/api/v3/exchangeInfo", symbol="BTCUSDT").json["symbols"]
    mine = exchange.signed_call("GET", "/api/v3/myFilters", symbol="BTCUSDT").json
    assert mine == {"exchangeFilters": [], "symbolFilters": symbol["filters"], "assetFilters": []}
    kinds = [each["filterType"] for each in symbol["filters"]]
    assert kinds[:2] == ["PRICE_FILTER", "LOT_SIZE"]
    assert len(set(kinds)) == len(kinds)


def test_an_account_reads_its_commission(exchange: Served) -> None:
    reply = exchange.signed_call("GET", "/api/v3/account/commission", symbol="BTCUSDT").json
    assert reply["standardCommission"] == {
        "maker": "0.00100000",
        "taker": "0.00100000",
        "buyer": "0.00000000",
        "seller": "0.00000000",
    }
    assert set(reply) == {"symbol", "standardCommission", "specialCommission", "taxCommission", "discount"}
    assert reply["discount"]["enabledForAccount"] is False


def test_no_symbol_has_an_execution_rule_or_a_reference_price(exchange: Served) -> None:
    rules = exchange.get("/api/v3/executionRules", symbols='["BTCUSDT","ETHUSDT"]').json
    assert rules == {"symbolRules": [{"symbol": "BTCUSDT", "rules": []}, {"symbol": "ETHUSDT", "rules": []}]}
    assert len(exchange.get("/api/v3/executionRules", symbolStatus="TRADING").json["symbolRules"]) == 5
    assert exchange.get("/api/v3/executionRules", symbol="BTCUSDT", symbolStatus="TRADING").error == (400, -1128)
    for path in ("/api/v3/referencePrice", "/api/v3/referencePrice/calculation"):
        assert exchange.get(path, symbol="BTCUSDT").error == (400, -2043)


def test_there_are_no_block_trades_and_no_allocations(exchange: Served) -> None:
    assert exchange.get("/api/v3/historicalBlockTrades", symbol="BTCUSDT").json == []
    assert exchange.get("/api/v3/historicalBlockTrades", symbol="NOSUCH").error == (400, -1121)
    assert exchange.signed_call("GET", "/api/v3/myAllocations", symbol="BTCUSDT").json == []


@pytest.mark.parametrize(
    ("method", "path", "reply"),
    [
        ("GET", "/sapi/v1/capital/deposit/hisrec", []),
        ("GET", "/sapi/v1/capital/withdraw/history", []),
        ("GET", "/sapi/v1/asset/assetDividend", {"rows": [], "total": 0}),
        ("POST", "/sapi/v1/asset/get-funding-asset", []),
        ("GET", "/sapi/v1/account/status", {"data": "Normal"}),
        ("GET", "/sapi/v1/bnbBurn", {"spotBNBBurn": False, "interestBNBBurn": False}),
    ],
)
def test_the_wallet_says_that_nothing_ever_happened_there(
    exchange: Served, method: str, path: str, reply: object
) -> None:
    assert exchange.signed_call(method, path).json == reply


def test_the_wallet_shows_what_spot_holds(exchange: Served) -> None:
    (bitcoin,) = exchange.signed_call("POST", "/sapi/v3/asset/getUserAsset", asset="BTC").json
    held = {each["asset"]: each for each in exchange.signed_call("GET", "/api/v3/account").json["balances"]}
    assert (bitcoin["free"], bitcoin["locked"]) == (held["BTC"]["free"], held["BTC"]["locked"])
    restrictions = exchange.signed_call("GET", "/sapi/v1/account/apiRestrictions").json
    assert (restrictions["enableSpotAndMarginTrading"], restrictions["enableWithdrawals"]) == (True, False)


def test_what_is_documented_and_left_out_is_refused_by_name(exchange: Served) -> None:
    for line, reason in LEFT_OUT.items():
        method, path = line.decode().split()
        reply = exchange.call(method, path)
        assert reply.error == (400, -1020)
        assert f"{method} {path}" in reply.json["msg"]
        assert reason in reply.json["msg"]


def test_who_accepts_only_sbe_is_told_that_there_is_none(exchange: Served) -> None:
    def asked(accept: str) -> Reply:
        return exchange.call("GET", "/api/v3/time", headers={"Accept": accept, "X-MBX-SBE": "3:2"})

    assert asked("application/sbe").error == (406, -1020)
    assert "serverTime" in asked("application/sbe, application/json").json


def test_the_parameters_of_a_get_come_from_its_query_only(exchange: Served) -> None:
    text = signed({"symbol": "BTCUSDT"})
    assert exchange.call("GET", "/api/v3/myTrades", body=text, key=KEY).error == (400, -1102)
    assert exchange.call("GET", "/api/v3/ticker/price", body="symbol=BTCUSDT").status == 200


def test_whoever_asks_for_microseconds_gets_them(exchange: Served) -> None:
    def asked(target: str, name: str = "X-MBX-TIME-UNIT", unit: str = "MICROSECOND") -> Json:
        return exchange.call("GET", target, headers={name: unit}).json

    before_us = now_ms() * 1000
    assert before_us <= asked("/api/v3/time")["serverTime"] <= (now_ms() + 1) * 1000
    for name in ("x-mbx-time-unit", "X-Mbx-Time-Unit"):
        assert before_us <= asked("/api/v3/time", name, "microsecond")["serverTime"]
    assert asked("/api/v3/time", unit="millisecond")["serverTime"] < before_us
    (candle,) = asked("/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=1")
    assert candle[6] - candle[0] == 86_400_000_000 - 1
    trade = asked("/api/v3/trades?symbol=BTCUSDT&limit=1")[0]
    assert trade["time"] == exchange.get("/api/v3/trades", symbol="BTCUSDT", limit=1).json[0]["time"] * 1000


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            b'{"orderId":1499827319559,"clientOrderId":"1499827319559","transactTime":1499827319559,"fills":[]}',
            b'{"orderId":1499827319559,"clientOrderId":"1499827319559","transactTime":1499827319559000,"fills":[]}',
        ),
        (b'{"strategyId":1499827319559,"updateTime":0}', b'{"strategyId":1499827319559,"updateTime":0}'),
        (
            b'[{"a":1499827319559,"f":1499827319559,"l":1499827319559,"T":1499827319559}]',
            b'[{"a":1499827319559,"f":1499827319559,"l":1499827319559,"T":1499827319559000}]',
        ),
        (
            b'[[1499827200000,"1.0","2.0","1.0","2.0","9.0",1499827259999,"3.0",1499827319559,"1.0","2.0","0"]]',
            b'[[1499827200000000,"1.0","2.0","1.0","2.0","9.0",1499827259999999,"3.0",1499827319559,"1.0","2.0","0"]]',
        ),
        (
            b'{"e":"executionReport","E":1499827319559,"i":1499827319559,"T":1499827319560,"t":1499827319559,'
            b'"I":1499827319559,"O":1499827319561,"W":1499827319562,"D":1499827319563,"j":1499827319559,"u":1499827319559}',
            b'{"e":"executionReport","E":1499827319559000,"i":1499827319559,"T":1499827319560000,"t":1499827319559,'
            b'"I":1499827319559,"O":1499827319561000,"W":1499827319562000,"D":1499827319563000,"j":1499827319559,'
            b'"u":1499827319559}',
        ),
        (b'{"E":1499827319559,"u":1499827319560,"B":[]}', b'{"E":1499827319559000,"u":1499827319560000,"B":[]}'),
    ],
)
def test_only_times_become_microseconds(told: bytes, expected: bytes) -> None:
    assert in_microseconds(told) == expected


def test_an_order_tells_its_time_in_microseconds(exchange: Served) -> None:
    text = signed(limit_order())
    headers = {"X-MBX-TIME-UNIT": "MICROSECOND"}
    reply = exchange.call("POST", "/api/v3/order", body=text, key=KEY, headers=headers).json
    assert len(str(reply["transactTime"])) == len(str(reply["workingTime"])) == 16
    exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=reply["orderId"])


def test_a_label_as_long_as_a_time_stays_what_it_is(exchange: Served) -> None:
    label = 1_499_827_319_559
    text = signed(limit_order() | {"strategyId": label})
    headers = {"X-MBX-TIME-UNIT": "microsecond"}
    reply = exchange.call("POST", "/api/v3/order", body=text, key=KEY, headers=headers).json
    assert (reply["strategyId"], len(str(reply["transactTime"]))) == (label, 16)
    exchange.signed_call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=reply["orderId"])
