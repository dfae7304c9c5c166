"""Requests that were taken and are not answered yet, over all connections: what an orderly end waits for."""

import asyncio


class Outstanding:
    """Counts them."""

    __slots__ = ("_count", "_emptied", "is_closing")

    def __init__(self) -> None:
        self._count = 0
        self._emptied: asyncio.Future[None] | None = None
        self.is_closing = False
        """Whether no further request is taken."""

    def taken(self) -> None:
        self._count += 1

    def answered(self) -> None:
        self._count -= 1
        if not self._count and self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)

    async def wait_none(self) -> None:
        """Until all are answered; for use once it is closing."""
        if self._count:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied
