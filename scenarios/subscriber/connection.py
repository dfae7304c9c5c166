"""One WebSocket connection and what comes over it; lost, it is opened again after a wait that doubles.

The first attempt follows at once plus up to 100 ms, then waits double up to 5 s, each a random share of its bound, so
that those who were cut off together do not come back together.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
CONNECT_SECONDS_MAX = 10.0
PING_SECONDS = 1.0
"""Also what it takes at most to notice how a silent channel differs from a lost connection."""

Clock = Callable[[], int]
"""ns since the run's start; negative before it."""


class Audience(Protocol):
    """Who listens to a connection's messages."""

    def opened(self, transport: WSTransport) -> None: ...

    def message(self, payload: bytes, pongs: int) -> None: ...

    def lost(self, at_ns: int) -> None: ...

    def found_again(self, lost_ns: int, at_ns: int) -> None: ...


class Line(WSListener):
    """The listener of picows for one connection, as long as it is open."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self.pongs = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Called by picows."""
        self._audience.opened(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Called by picows, which answers the venue's pings itself."""
        if frame.msg_type == WSMsgType.TEXT:
            self._audience.message(frame.get_payload_as_bytes(), self.pongs)
        elif frame.msg_type == WSMsgType.PONG:
            self.pongs += 1
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()


@dataclass(slots=True)
class Kept:
    """A connection that is kept open until its task is cancelled."""

    url: str
    audience: Audience
    clock: Clock
    choose: random.Random

    async def open(self) -> tuple[WSTransport, Line]:
        """Raises OSError, TimeoutError and WSError."""
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            transport, line = await ws_connect(lambda: Line(self.audience), self.url)
        assert isinstance(line, Line)  # noqa: S101  what the factory made
        return transport, line

    async def keep(self, transport: WSTransport) -> None:
        """Follow an open connection, and open it again whenever it is lost."""
        while True:
            await self._ping_until_lost(transport)
            lost_ns = self.clock()
            self.audience.lost(lost_ns)
            transport = await self._opened_again()
            self.audience.found_again(lost_ns, self.clock())

    async def _ping_until_lost(self, transport: WSTransport) -> None:
        lost = asyncio.ensure_future(transport.wait_disconnected())
        try:
            while not (await asyncio.wait([lost], timeout=PING_SECONDS))[0]:
                transport.send_ping()
        finally:
            lost.cancel()
            transport.disconnect()

    async def _opened_again(self) -> WSTransport:
        wait_s = FIRST_WAIT_S
        while True:
            await asyncio.sleep(self.choose.random() * wait_s)
            try:
                return (await self.open())[0]
            except (OSError, TimeoutError, WSError):
                wait_s = min(LONGEST_WAIT_S, wait_s * 2)
