"""Lets schemathesis past the signature and the filters, into the engine.

Whatever it sends to a signed route is signed as it stands, except for one call in eight, which shows what happens to
strangers. Three of four order forms get a symbol, a price and a size that exist; the rest of the form stays as it came.
What a call holds decides what is done to it, so that a failure can be had again.
"""

import hashlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
import schemathesis

from tests.mock_exchange.served import KEY, signature

STRANGERS = 8
PLAUSIBLE = {"symbol": "BTCUSDT", "quantity": "0.001", "timeInForce": "GTC", "type": "LIMIT"}
PRICES = ("90000.00", "116999.99", "117100.00", "130000.00")


class Signed(requests.auth.AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        parts = urlsplit(str(request.url))
        body = request.body or b""
        text = body if isinstance(body, bytes) else body.encode()
        if _number(parts.query.encode() + text) % STRANGERS == 0:
            return request
        request.headers["X-MBX-APIKEY"] = KEY
        query = f"{_unsigned(parts.query)}&timestamp={time.time_ns() // 1_000_000}".lstrip("&")
        form = _unsigned(text.decode("utf-8", "replace")) if text else ""
        request.prepare_body(form, None) if form else None
        signed = f"{query}&signature={signature(query + form)}"
        request.url = urlunsplit(parts._replace(query=signed))
        return request


def _unsigned(form: str) -> str:
    """Without what we are about to set."""
    pieces = form.split("&")
    return "&".join(piece for piece in pieces if piece.partition("=")[0] not in ("timestamp", "signature"))


def _number(content: bytes) -> int:
    return int.from_bytes(hashlib.sha256(content).digest()[:4])


def _plausible(form: Mapping[str, Any]) -> dict[str, Any]:
    """With what every order needs, and few of the parameters that only some may have."""
    number = _number(repr(sorted(form)).encode() + repr(form).encode())
    if number % 4 == 0:
        return dict(form)
    kept = {name: value for place, (name, value) in enumerate(form.items()) if number >> (place + 3) % 27 & 31 == 0}
    order = {**PLAUSIBLE, "side": ("BUY", "SELL")[number >> 1 & 1], "price": PRICES[number >> 2 & 3]}
    return kept | order


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if isinstance(case.body, dict) and case.operation.path.startswith("/api/v3/order"):
        case.body = _plausible(case.body)
    if case.operation.definition.raw.get("security"):
        kwargs["auth"] = Signed()
