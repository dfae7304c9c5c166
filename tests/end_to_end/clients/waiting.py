"""Waiting for what a client's callbacks bring."""

import asyncio
from collections.abc import Callable

PATIENCE_SECONDS = 30


async def until(condition: Callable[[], object]) -> None:
    """Raises TimeoutError. It polls, because the clients under test offer callbacks and nothing to wait on."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
