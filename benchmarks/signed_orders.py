"""The one request that every benchmark sends: a signed LIMIT order of Binance Spot."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

PATH = "/api/v3/order"
KEY_HEADER = "X-MBX-APIKEY"
RECEIVE_WINDOW_MS = 60_000
"""The longest that the venue allows; bodies must be signed anew within it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose orders they are."""

    key: str = "benchmark-key"
    secret: str = "benchmark-secret"

    def signature(self, payload: str) -> str:
        """HMAC SHA256 over the parameters exactly as they are sent, in hexadecimal."""
        return hmac.new(self.secret.encode(), payload.encode(), hashlib.sha256).hexdigest()

    def signs(self, payload: str) -> bool:
        """The payload ends in this account's signature of all that stands before."""
        unsigned, _, signature = payload.rpartition("&signature=")
        return hmac.compare_digest(self.signature(unsigned), signature)


def order_body(account: Account, *, side: str, price: str, timestamp_ms: int) -> str:
    """Form-encoded body of one order, signature last."""
    payload = urlencode(
        {
            "symbol": "BTCUSDT",
            "side": side,
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": "0.00010",
            "price": price,
            "recvWindow": RECEIVE_WINDOW_MS,
            "timestamp": timestamp_ms,
        }
    )
    return f"{payload}&signature={account.signature(payload)}"


def order_bodies(account: Account, *, price: str, now_ms: int, count: int) -> Iterator[str]:
    """Buys and sells in turn at one price: every other order rests, the next fills it, and the book stays small."""
    for number in range(count):
        side = "BUY" if number % 2 == 0 else "SELL"
        yield order_body(account, side=side, price=price, timestamp_ms=now_ms - number)


def parameters(payload: str) -> dict[str, str]:
    """The payload's fields."""
    return dict(parse_qsl(payload, strict_parsing=True))
