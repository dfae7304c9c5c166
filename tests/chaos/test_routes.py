"""Which operation a request asks for."""

import pytest

from chaos.proxy.routes import operation_of
from slo.history import Operation


@pytest.mark.parametrize(
    ("method", "target", "op"),
    [
        ("POST", "/api/v3/order", Operation.ORDER_PLACE),
        ("POST", "/api/v3/order?symbol=BTCUSDT&signature=ab", Operation.ORDER_PLACE),
        ("DELETE", "/api/v3/order?orderId=1", Operation.ORDER_CANCEL),
        ("GET", "/api/v3/order?orderId=1", Operation.ORDER_QUERY),
        ("GET", "/api/v3/depth?symbol=BTCUSDT", Operation.BOOK_READ),
        ("GET", "/api/v3/account", Operation.ACCOUNT_READ),
        ("GET", "/api/v3/ticker/price", Operation.TICKER_READ),
        ("GET", "/api/v3/ticker/bookTicker?symbol=BTCUSDT", Operation.TICKER_READ),
        ("GET", "http://venue:8080/api/v3/depth", Operation.BOOK_READ),
        ("POST", "/api/v3/order/test", None),
        ("PUT", "/api/v3/order", None),
        ("GET", "/api/v3/ping", None),
        ("GET", "*", None),
    ],
)
def test_method_and_path_tell_the_operation(method: str, target: str, op: Operation | None) -> None:
    assert operation_of(method, target) is op
