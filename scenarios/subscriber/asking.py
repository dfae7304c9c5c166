"""What subscribers ask of the venue over REST: its clock, and snapshots of books. Blocking calls in threads."""

import asyncio
import http.client
import json
import urllib.request
from collections.abc import Awaitable, Callable
from typing import Any

SECONDS_MAX = 5.0
CLOCK_ROUNDS = 5
NS_PER_MS = 1_000_000


def ask(url: str) -> Any:
    """The JSON of an answer. Raises OSError, HTTPException and ValueError."""
    with urllib.request.urlopen(url, timeout=SECONDS_MAX) as reply:  # noqa: S310  the run's own target
        return json.loads(reply.read())


async def clock_offset_ms(base_url: str, wall_ns: Callable[[], int]) -> tuple[float, float]:
    """The venue's clock minus ours, and half the round trip that it is uncertain by: the shortest of several.

    Raises OSError, HTTPException and ValueError.
    """
    measured = []
    for _ in range(CLOCK_ROUNDS):
        before_ns = wall_ns()
        told_ms = (await asyncio.to_thread(ask, f"{base_url}/api/v3/time"))["serverTime"]
        after_ns = wall_ns()
        measured.append(((after_ns - before_ns) / 2 / NS_PER_MS, told_ms - (before_ns + after_ns) / 2 / NS_PER_MS))
    uncertain, offset = min(measured)
    return round(offset, 3), round(uncertain, 3)


async def first_traded(base_url: str) -> str:
    """The symbol that traffic goes to where a scenario names none. Raises as ``clock_offset_ms`` does."""
    listed = (await asyncio.to_thread(ask, f"{base_url}/api/v3/exchangeInfo"))["symbols"]
    return str(next(each["symbol"] for each in listed if each["status"] == "TRADING"))


class Snapshots:
    """Asks once for all who want the same symbol's book at the same time."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._under_way: dict[str, asyncio.Future[int | None]] = {}

    def __call__(self, symbol: str) -> Awaitable[int | None]:
        asked = self._under_way.get(symbol)
        if asked is None or asked.done():
            asked = self._under_way[symbol] = asyncio.ensure_future(self._ask(symbol))
        return asyncio.shield(asked)

    async def _ask(self, symbol: str) -> int | None:
        url = f"{self._base_url}/api/v3/depth?symbol={symbol}&limit=5"
        try:
            return int((await asyncio.to_thread(ask, url))["lastUpdateId"])
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return None
