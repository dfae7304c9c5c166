"""What the venue says to who asks too much: 429 first, then 418.

Source of codes and texts: Binance Spot API documentation, errors. It has no text of its own for raw requests; ours
follows the one for weight.
"""

from mock_exchange.gateway.errors import VenueError

_POLLING = "Please use WebSocket Streams for live updates to avoid polling the API."


class RateLimited(VenueError):
    """Too much was asked; nothing was done."""

    fault_id: str = ""
    """Of the fault that refuses what would be allowed; empty where the limits themselves do."""

    def __init__(self, code: int, text: str, status: int, *, now_ms: int, retry_at_ms: int) -> None:
        super().__init__(code, text, status)
        self.server_ms = now_ms
        self.retry_at_ms = retry_at_ms
        """From when on it can be tried again; the WebSocket API tells this."""

    @property
    def retry_after_s(self) -> int:
        """For the header Retry-After: whole seconds, rounded up."""
        return max(1, -(-(self.retry_at_ms - self.server_ms) // 1000))


def too_much_weight(limit: int, interval: str, *, now_ms: int, retry_at_ms: int) -> RateLimited:
    text = f"Too much request weight used; current limit is {limit} request weight per {interval}. {_POLLING}"
    return RateLimited(-1003, text, 429, now_ms=now_ms, retry_at_ms=retry_at_ms)


def too_many_requests(limit: int, interval: str, *, now_ms: int, retry_at_ms: int) -> RateLimited:
    text = f"Too many requests; current limit is {limit} requests per {interval}. {_POLLING}"
    return RateLimited(-1003, text, 429, now_ms=now_ms, retry_at_ms=retry_at_ms)


def banned(*, now_ms: int, until_ms: int) -> RateLimited:
    text = (
        f"Way too much request weight used; IP banned until {until_ms}. "
        "Please use WebSocket Streams for live updates to avoid bans."
    )
    return RateLimited(-1003, text, 418, now_ms=now_ms, retry_at_ms=until_ms)


def too_many_orders(limit: int, interval: str, *, now_ms: int, retry_at_ms: int) -> RateLimited:
    text = f"Too many new orders; current limit is {limit} orders per {interval}."
    return RateLimited(-1015, text, 429, now_ms=now_ms, retry_at_ms=retry_at_ms)


def too_many_connections(limit: int, interval: str, *, now_ms: int, retry_at_ms: int) -> RateLimited:
    text = f"Too many connection attempts from IP; current limit is {limit} per '{interval}'."
    return RateLimited(-1034, text, 429, now_ms=now_ms, retry_at_ms=retry_at_ms)
