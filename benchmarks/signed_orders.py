"""The one request that every benchmark sends: a signed LIMIT order of Binance Spot."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

PATH = "/api/v3/order"
KEY_HEADER = "X-MBX-APIKEY"
RECEIVE_WINDOW_MS = 60_000
"""The longest that the venue allows; bodies must be signed anew within it."""
SIDES = ("BUY", "SELL")
TICK = Decimal("0.01")
RESTING_LEVELS = 500


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


@dataclass(frozen=True, slots=True)
class Market:
    """Best bid and best ask of the market that the orders enter."""

    bid: Decimal = Decimal("116999.50")
    ask: Decimal = Decimal("117000.50")

    def trading(self, number: int) -> tuple[str, Decimal]:
        """Buys and sells in turn at one price inside the spread: every other order rests, and the next fills it."""
        return SIDES[number % 2], ((self.bid + self.ask) / 2).quantize(TICK)

    def resting(self, number: int) -> tuple[str, Decimal]:
        """Buys and sells in turn, outside of the spread at one of many levels: no order trades, the book grows."""
        away = TICK * (1 + number // 2 % RESTING_LEVELS)
        return (SIDES[0], self.bid - away) if number % 2 == 0 else (SIDES[1], self.ask + away)


Choice = Callable[[int], tuple[str, Decimal]]
"""Side and price of the order of that number."""


def order_bodies(account: Account, choice: Choice, *, now_ms: int, count: int) -> Iterator[str]:
    """Orders as they are chosen, each signed for a millisecond of its own."""
    for number in range(count):
        side, price = choice(number)
        yield order_body(account, side=side, price=str(price), timestamp_ms=now_ms - number)


def parameters(payload: str) -> dict[str, str]:
    """The payload's fields."""
    return dict(parse_qsl(payload, strict_parsing=True))
