"""Signed requests as bytes. The timestamp and the signature are made at the moment of sending, not when it was due."""

import hashlib
import hmac
from collections.abc import Callable

from scenarios.operations import Request

NS_PER_MS = 1_000_000


class RequestWriter:
    """Writes requests to one host for one account. ``wall_clock_ns`` is the time of day that the venue checks."""

    def __init__(self, host: str, key: str, secret: str, wall_clock_ns: Callable[[], int]) -> None:
        self._wall_clock_ns = wall_clock_ns
        self._keyed = hmac.new(
            secret.encode(), digestmod=hashlib.sha256
        )  # copied for each request: keying it costs more
        self._plain_end = f" HTTP/1.1\r\nHost: {host}\r\n\r\n"
        self._signed_end = f" HTTP/1.1\r\nHost: {host}\r\nX-MBX-APIKEY: {key}\r\n\r\n"
        # A POST without a body says so: without a length some servers wait for one.
        self._post_end = f" HTTP/1.1\r\nHost: {host}\r\nX-MBX-APIKEY: {key}\r\nContent-Length: 0\r\n\r\n"

    def write(self, request: Request) -> bytes:
        method, path, query = request.method, request.path, request.query
        if not request.signed:
            return f"{method} {path}{'?' if query else ''}{query}{self._plain_end}".encode("ascii")
        end = self._post_end if method == "POST" else self._signed_end
        return f"{method} {path}?{self.signed(query)}{end}".encode("ascii")

    def signed(self, query: str) -> str:
        """``query`` with timestamp and signature: HMAC-SHA256 in hex over all that stands before it."""
        timestamp_ms = self._wall_clock_ns() // NS_PER_MS
        query = f"{query}&timestamp={timestamp_ms}" if query else f"timestamp={timestamp_ms}"
        keyed = self._keyed.copy()
        keyed.update(query.encode("ascii"))
        return f"{query}&signature={keyed.hexdigest()}"
