"""Which operation a request of the Binance Spot dialect asks for (REST API, "General endpoints" to "Account")."""

from slo.history import Operation

_ROUTES = {
    ("POST", "/api/v3/order"): Operation.ORDER_PLACE,
    ("DELETE", "/api/v3/order"): Operation.ORDER_CANCEL,
    ("GET", "/api/v3/order"): Operation.ORDER_QUERY,
    ("GET", "/api/v3/depth"): Operation.BOOK_READ,
    ("GET", "/api/v3/account"): Operation.ACCOUNT_READ,
}
_TICKERS = "/api/v3/ticker/"


def operation_of(method: str, target: str) -> Operation | None:
    """The operation, or None for a route that is none of ours. ``target`` as in the request line, query and all."""
    path = target.partition("?")[0]
    if path.startswith("http://"):  # absolute form (RFC 9112, 3.2.2)
        path = "/" + path.removeprefix("http://").partition("/")[2]
    if method == "GET" and path.startswith(_TICKERS):
        return Operation.TICKER_READ
    return _ROUTES.get((method, path))
