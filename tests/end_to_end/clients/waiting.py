"""Waiting for what a client's callbacks bring."""

import asyncio
import os
from collections.abc import Callable

PATIENCE_SECONDS = 30
WATCH_SECONDS = float(os.environ.get("BROWNOUT_WATCH_SECONDS", "15"))
"""How long a book is kept under load."""


async def until(condition: Callable[[], object]) -> None:
    """Raises TimeoutError. It polls, because the clients under test offer callbacks and nothing to wait on."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
