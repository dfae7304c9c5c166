"""Exchanges with and without limits, and callers that go on until they are told to stop."""

from collections.abc import Callable
from typing import Final

from tests.mock_exchange.served import Json, Reply, Served

DAY: Final = "24h"
WIDE: Final[dict[str, object]] = {
    "enabled": True,
    "trust_forwarded_for": True,
    "request_weight": {"limit": 10_000, "window": DAY},
    "raw_requests": {"limit": 100_000, "window": DAY},
    "orders": [{"limit": 10_000, "window": "1h"}, {"limit": 10_000, "window": DAY}],
}
"""Windows that no test outlasts. With ``enabled`` false they are what a fault finds where limits are off."""

NARROW: Final = WIDE | {"enabled": False}


def ping(venue: Served, address: str = "") -> Reply:
    return venue.call("GET", "/api/v3/ping", headers={"X-Forwarded-For": address} if address else {})


def until(call: Callable[[], Reply], status: int, calls_max: int) -> tuple[Reply, int]:
    """The first reply of that status, and how many others came before it."""
    for others in range(calls_max):
        reply = call()
        if reply.status == status:
            return reply, others
    raise AssertionError(f"{calls_max} calls, and none was answered with {status}")


def published(venue: Served) -> Json:
    """Limit of the weight, as exchangeInfo has it; None where there is none."""
    limits = venue.get("/api/v3/exchangeInfo").json["rateLimits"]
    return next((each["limit"] for each in limits if each["rateLimitType"] == "REQUEST_WEIGHT"), None)
