"""An unmodified ccxt that does not hold itself back is told to, in the classes that it has for that."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.mock_exchange.eventually import eventually
from tests.mock_exchange.served import KEY, SECRET, Served, serving

ccxt = pytest.importorskip("ccxt", reason="pip install '.[e2e]' brings ccxt")

Client = Any
"""ccxt has no types."""
LIMITS = {
    "enabled": True,
    "request_weight": {"limit": 100, "window": "24h"},
    "orders": [{"limit": 3, "window": "24h"}],
    "ban": {"after": 3, "first": "2s"},
}


def impatient(served: Served) -> Client:
    rest = served.addresses["rest"]
    paths = {"public": "/api/v3", "private": "/api/v3"}
    urls = {"api": {name: rest + path for name, path in paths.items()}}
    options = {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False}
    return ccxt.binance({"apiKey": KEY, "secret": SECRET, "urls": urls, "options": options, "enableRateLimit": False})


def refusal(call: Callable[[], object]) -> str:
    """What ccxt says of a call that is refused."""
    with pytest.raises((ccxt.DDoSProtection, ccxt.RateLimitExceeded)) as refused:
        call()
    return str(refused.value)


@pytest.mark.slow
def test_ccxt_knows_a_refusal_from_a_ban_and_goes_on_after_it() -> None:
    with serving({"rate_limits": LIMITS}) as served:
        client = impatient(served)
        client.load_markets()

        def place() -> object:
            return client.create_order("BTC/USDT", "limit", "buy", 0.001, 100_000)

        for _ in range(3):
            place()
        assert "-1015" in refusal(place)

        def ask() -> object:
            return client.fetch_order_book("BTC/USDT", 100)

        for _ in range(15):  # 20 for the markets, 5 for each book, 1 for the order that was refused
            ask()
        assert ["429" in refusal(ask) for _ in range(3)] == [True] * 3
        assert "418" in refusal(ask)
        eventually(lambda: "429" in refusal(ask), "the end of the ban, in a window that is as full as before")
