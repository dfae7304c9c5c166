"""A listening port with its connections: opening, the periodic sweep over deadlines, draining."""

import asyncio

from mock_exchange.clock import Clock
from mock_exchange.http.connection import Connection
from mock_exchange.http.familiar import FamiliarHeads
from mock_exchange.http.head import Heads
from mock_exchange.http.limits import Limits
from mock_exchange.http.service import Service
from mock_exchange.listening import listen_on

_SWEEP_SECONDS = 0.25


class HttpServer:
    def __init__(self, service: Service, limits: Limits, clock: Clock) -> None:
        self.service = service
        self.limits = limits
        self.heads = Heads()
        self.familiar = FamiliarHeads()
        self.monotonic_ns = clock.monotonic_ns
        self._wall_ns = clock.wall_ns
        self._connections: set[Connection] = set()
        self._listener: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._emptied: asyncio.Future[None] | None = None
        self.is_draining = False
        self.accepted = 0
        """Connections since the start."""
        self.turned_away = 0
        """Of those, how many were one too many."""

    @property
    def connection_count(self) -> int:
        return len(self._connections)

    async def listen(self, host: str, port: int, option: str) -> str:
        """Serve on the address (port 0: any free one) and return its URL. Raises AddressError.

        ``option`` is the one of the command line that sets the port.
        """
        self._listener = await listen_on(lambda: Connection(self), host, port, option)
        self._sweep_now()
        address = self._listener.sockets[0].getsockname()
        return f"http://[{address[0]}]:{address[1]}" if ":" in address[0] else f"http://{address[0]}:{address[1]}"

    def stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()

    def drain(self) -> None:
        """Accept no more; close each connection as soon as it is owed nothing."""
        self.is_draining = True
        self.stop_listening()
        for connection in tuple(self._connections):
            connection.drain()

    async def wait_empty(self) -> None:
        """Until no connection is left; for use after ``drain``."""
        if self._connections:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied

    def abort(self) -> None:
        """Close everything now."""
        self.stop_listening()
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in tuple(self._connections):
            connection.abort()

    def welcome(self, connection: Connection) -> bool:
        """Count a new connection; False if it is one too many and must leave."""
        self._connections.add(connection)
        self.accepted += 1
        if len(self._connections) <= self.limits.connections:
            return True
        self.turned_away += 1
        return False

    def farewell(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections and self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)

    def _sweep_now(self) -> None:
        self.heads.tick(self._wall_ns())
        now_ns = self.monotonic_ns()
        for connection in tuple(self._connections):
            connection.enforce_deadlines(now_ns)
        self._sweep = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep_now)
