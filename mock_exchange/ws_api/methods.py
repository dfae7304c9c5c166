"""Every method that does what a REST call does: one line each.

Source of the names: Binance Spot API documentation, WebSocket API.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.left_out import left_out_of
from mock_exchange.gateway.routes import ROUTES, Route

REST_CALLS: Final[Mapping[str, bytes]] = {
    "ping": b"GET /api/v3/ping",
    "time": b"GET /api/v3/time",
    "exchangeInfo": b"GET /api/v3/exchangeInfo",
    "depth": b"GET /api/v3/depth",
    "trades.recent": b"GET /api/v3/trades",
    "trades.historical": b"GET /api/v3/historicalTrades",
    "trades.aggregate": b"GET /api/v3/aggTrades",
    "blockTrades.historical": b"GET /api/v3/historicalBlockTrades",
    "klines": b"GET /api/v3/klines",
    "uiKlines": b"GET /api/v3/uiKlines",
    "avgPrice": b"GET /api/v3/avgPrice",
    "ticker": b"GET /api/v3/ticker",
    "ticker.24hr": b"GET /api/v3/ticker/24hr",
    "ticker.tradingDay": b"GET /api/v3/ticker/tradingDay",
    "ticker.price": b"GET /api/v3/ticker/price",
    "ticker.book": b"GET /api/v3/ticker/bookTicker",
    "executionRules": b"GET /api/v3/executionRules",
    "referencePrice": b"GET /api/v3/referencePrice",
    "referencePrice.calculation": b"GET /api/v3/referencePrice/calculation",
    "order.place": b"POST /api/v3/order",
    "order.test": b"POST /api/v3/order/test",
    "order.status": b"GET /api/v3/order",
    "order.cancel": b"DELETE /api/v3/order",
    "order.cancelReplace": b"POST /api/v3/order/cancelReplace",
    "order.amend.keepPriority": b"PUT /api/v3/order/amend/keepPriority",
    "order.amendments": b"GET /api/v3/order/amendments",
    "openOrders.status": b"GET /api/v3/openOrders",
    "openOrders.cancelAll": b"DELETE /api/v3/openOrders",
    "orderList.place": b"POST /api/v3/order/oco",
    "orderList.place.oco": b"POST /api/v3/orderList/oco",
    "orderList.place.oto": b"POST /api/v3/orderList/oto",
    "orderList.place.otoco": b"POST /api/v3/orderList/otoco",
    "orderList.place.opo": b"POST /api/v3/orderList/opo",
    "orderList.place.opoco": b"POST /api/v3/orderList/opoco",
    "orderList.status": b"GET /api/v3/orderList",
    "orderList.cancel": b"DELETE /api/v3/orderList",
    "openOrderLists.status": b"GET /api/v3/openOrderList",
    "allOrderLists": b"GET /api/v3/allOrderList",
    "allOrders": b"GET /api/v3/allOrders",
    "myTrades": b"GET /api/v3/myTrades",
    "myPreventedMatches": b"GET /api/v3/myPreventedMatches",
    "myAllocations": b"GET /api/v3/myAllocations",
    "myFilters": b"GET /api/v3/myFilters",
    "sor.order.place": b"POST /api/v3/sor/order",
    "sor.order.test": b"POST /api/v3/sor/order/test",
    "account.status": b"GET /api/v3/account",
    "account.commission": b"GET /api/v3/account/commission",
    "account.rateLimits.orders": b"GET /api/v3/rateLimit/order",
    "userDataStream.start": b"POST /api/v3/userDataStream",
    "userDataStream.ping": b"PUT /api/v3/userDataStream",
    "userDataStream.stop": b"DELETE /api/v3/userDataStream",
}

METHODS: Mapping[str, Route] = MappingProxyType(
    {name: ROUTES[line] for name, line in REST_CALLS.items() if line in ROUTES}
)
"""Those of which the REST call exists."""


def unknown_method(name: str) -> VenueError:
    """Why there is no such method here: it is left out, or the venue does not have it either."""
    refusal = left_out_of(REST_CALLS[name]) if name in REST_CALLS else None
    text = f"This operation is not supported: there is no method {name[:100]} on this exchange."
    return refusal or VenueError(-1020, text)
