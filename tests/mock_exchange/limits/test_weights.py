"""What a call weighs is what the venue's documentation says; the figures are copied from the reference by hand."""

import pytest

from mock_exchange.gateway.routes import ROUTES

WEIGHTS = [
    ("GET /api/v3/ping", {}, 1),
    ("GET /api/v3/time", {}, 1),
    ("GET /api/v3/exchangeInfo", {}, 20),
    ("GET /api/v3/depth", {"symbol": "BTCUSDT"}, 5),
    ("GET /api/v3/depth", {"limit": "5"}, 5),
    ("GET /api/v3/depth", {"limit": "100"}, 5),
    ("GET /api/v3/depth", {"limit": "101"}, 25),
    ("GET /api/v3/depth", {"limit": "500"}, 25),
    ("GET /api/v3/depth", {"limit": "501"}, 50),
    ("GET /api/v3/depth", {"limit": "1000"}, 50),
    ("GET /api/v3/depth", {"limit": "1001"}, 250),
    ("GET /api/v3/depth", {"limit": "99999"}, 250),
    ("GET /api/v3/depth", {"limit": "many"}, 5),
    ("GET /api/v3/ticker/price", {"symbol": "BTCUSDT"}, 2),
    ("GET /api/v3/ticker/price", {"symbols": '["BTCUSDT","ETHUSDT"]'}, 4),
    ("GET /api/v3/ticker/price", {}, 4),
    ("GET /api/v3/ticker/bookTicker", {"symbol": "BTCUSDT"}, 2),
    ("GET /api/v3/ticker/bookTicker", {}, 4),
    ("GET /api/v3/ticker/24hr", {"symbol": "BTCUSDT"}, 2),
    ("GET /api/v3/ticker/24hr", {"symbols": '["A","B"]'}, 2),
    ("GET /api/v3/ticker/24hr", {"symbols": str(["A"] * 21)}, 40),
    ("GET /api/v3/ticker/24hr", {"symbols": str(["A"] * 101)}, 80),
    ("GET /api/v3/ticker/24hr", {}, 80),
    ("GET /api/v3/ticker", {"symbol": "BTCUSDT"}, 4),
    ("GET /api/v3/ticker", {"symbols": '["A","B","C"]'}, 12),
    ("GET /api/v3/ticker", {"symbols": str(["A"] * 51)}, 200),
    ("GET /api/v3/ticker/tradingDay", {"symbols": '["A","B"]'}, 8),
    ("GET /api/v3/trades", {}, 25),
    ("GET /api/v3/historicalTrades", {}, 25),
    ("GET /api/v3/aggTrades", {}, 4),
    ("GET /api/v3/klines", {}, 2),
    ("GET /api/v3/uiKlines", {}, 2),
    ("GET /api/v3/avgPrice", {}, 2),
    ("POST /api/v3/order", {}, 1),
    ("POST /api/v3/order/test", {}, 1),
    ("POST /api/v3/order/test", {"computeCommissionRates": "true"}, 20),
    ("POST /api/v3/order/test", {"computeCommissionRates": "True"}, 20),
    ("POST /api/v3/order/cancelReplace", {}, 1),
    ("PUT /api/v3/order/amend/keepPriority", {}, 4),
    ("DELETE /api/v3/order", {}, 1),
    ("DELETE /api/v3/openOrders", {}, 1),
    ("GET /api/v3/order", {}, 4),
    ("GET /api/v3/openOrders", {"symbol": "BTCUSDT"}, 6),
    ("GET /api/v3/openOrders", {}, 80),
    ("GET /api/v3/allOrders", {}, 20),
    ("POST /api/v3/order/oco", {}, 1),
    ("POST /api/v3/orderList/oco", {}, 1),
    ("POST /api/v3/orderList/oto", {}, 1),
    ("POST /api/v3/orderList/otoco", {}, 1),
    ("DELETE /api/v3/orderList", {}, 1),
    ("GET /api/v3/orderList", {}, 4),
    ("GET /api/v3/allOrderList", {}, 20),
    ("GET /api/v3/openOrderList", {}, 6),
    ("GET /api/v3/account", {}, 20),
    ("GET /api/v3/account/commission", {}, 20),
    ("GET /api/v3/myTrades", {"symbol": "BTCUSDT"}, 20),
    ("GET /api/v3/myTrades", {"orderId": "7"}, 5),
    ("GET /api/v3/myPreventedMatches", {"preventedMatchId": "7"}, 2),
    ("GET /api/v3/myPreventedMatches", {"orderId": "7"}, 20),
    ("GET /api/v3/order/amendments", {}, 4),
    ("GET /api/v3/rateLimit/order", {}, 40),
    ("GET /api/v3/historicalBlockTrades", {}, 25),
    ("GET /api/v3/executionRules", {"symbol": "BTCUSDT"}, 2),
    ("GET /api/v3/executionRules", {"symbols": '["A","B","C"]'}, 6),
    ("GET /api/v3/executionRules", {"symbols": str(["A"] * 21)}, 40),
    ("GET /api/v3/executionRules", {}, 40),
    ("GET /api/v3/referencePrice", {}, 2),
    ("GET /api/v3/referencePrice/calculation", {}, 2),
    ("GET /api/v3/myFilters", {}, 40),
    ("GET /api/v3/myAllocations", {}, 20),
    ("POST /api/v3/userDataStream", {}, 2),
    ("PUT /api/v3/userDataStream", {}, 2),
    ("DELETE /api/v3/userDataStream", {}, 2),
]
REPLACE = b"POST /api/v3/order/cancelReplace"
ORDERS = {
    "POST /api/v3/order": 1,
    "POST /api/v3/order/cancelReplace": 1,
    "POST /api/v3/order/oco": 2,
    "POST /api/v3/orderList/oco": 2,
    "POST /api/v3/orderList/oto": 2,
    "POST /api/v3/orderList/otoco": 3,
}
FREE = {*ORDERS, "DELETE /api/v3/order", "DELETE /api/v3/openOrders", "DELETE /api/v3/orderList"}


@pytest.mark.parametrize(("line", "parameters", "weight"), WEIGHTS)
def test_a_call_weighs_what_the_venue_says(line: str, parameters: dict[str, str], weight: int) -> None:
    assert ROUTES[line.encode()].cost(parameters).weight == weight


def test_every_call_of_the_spot_api_has_its_weight_in_the_list_above() -> None:
    listed = {line for line, _, _ in WEIGHTS}
    assert {line.decode() for line in ROUTES if b" /api/v3/" in line} == listed


def test_what_places_counts_as_orders_and_nothing_else_does() -> None:
    counted = {line.decode(): route.orders for line, route in ROUTES.items() if route.orders}
    assert counted == ORDERS


def test_a_replacement_counts_even_if_it_fails_and_nothing_else_does() -> None:
    assert {line for line, route in ROUTES.items() if route.counts_failures} == {REPLACE}


def test_what_places_or_cancels_is_free_when_done_and_nothing_else_is() -> None:
    assert {line.decode() for line, route in ROUTES.items() if route.is_free_when_done} == FREE
