"""The WebSocket port with its connections: opening, the periodic sweep over deadlines, draining."""

import asyncio
import socket
from collections.abc import Callable

from mock_exchange.clock import Clock
from mock_exchange.limits.limiter import Limiter
from mock_exchange.listening import listen_on
from mock_exchange.websocket.endpoint import Endpoints
from mock_exchange.websocket.limits import WebSocketLimits
from mock_exchange.websocket.wire import Wire

_SWEEP_SECONDS = 0.25


class WebSocketServer:
    """All connections of one port, whatever is said on them."""

    def __init__(self, endpoints: Endpoints, limits: WebSocketLimits, limiter: Limiter, clock: Clock) -> None:
        self.endpoints = endpoints
        self.limits = limits
        self.limiter = limiter
        limiter.on_ban(self._drop)
        self.monotonic_ns = clock.monotonic_ns
        self._wall_ns = clock.wall_ns
        self._wires: dict[Wire, None] = {}
        self._refusals: dict[object, Callable[[], None]] = {}
        self._listener: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._emptied: asyncio.Future[None] | None = None
        self.accepted = 0
        """Connections since the start."""
        self.cut_slow = 0
        """Of those, how many did not read what they were sent."""

    @property
    def connection_count(self) -> int:
        return len(self._wires)

    async def listen(self, host: str, port: int, option: str) -> str:
        """Serve on the address (port 0: any free one) and return its URL. Raises AddressError.

        ``option`` is the one of the command line that sets the port.
        """
        self._listener = await listen_on(lambda: Wire(self), host, port, option)
        for listener in self._listener.sockets:
            # What is accepted inherits it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.limits.socket_buffer_bytes)
        self._sweep_now()
        address = self._listener.sockets[0].getsockname()
        return f"ws://[{address[0]}]:{address[1]}" if ":" in address[0] else f"ws://{address[0]}:{address[1]}"

    def wall_ms(self) -> int:
        return self._wall_ns() // 1_000_000

    def stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()

    def drain(self) -> None:
        """Accept no more, tell everyone that this is the end, and close."""
        self.stop_listening()
        for wire in tuple(self._wires):
            wire.shut_down()

    async def wait_empty(self) -> None:
        """Until no connection is left; for use after ``drain``."""
        if self._wires:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied

    def abort(self) -> None:
        """Close everything now."""
        self.stop_listening()
        if self._sweep is not None:
            self._sweep.cancel()
        for wire in tuple(self._wires):
            wire.abort()

    def wires(self) -> list[Wire]:
        """Oldest first, those that are not WebSockets yet, or no more, included."""
        return list(self._wires)

    def refuse(self, refused: Callable[[], None]) -> Callable[[], None]:
        """Treat every new connection as one too many, and tell of each, until the result is called.

        Refusals add up, and each may be ended more than once.
        """
        refusal = object()
        self._refusals[refusal] = refused

        def end() -> None:
            self._refusals.pop(refusal, None)

        return end

    def welcome(self, wire: Wire) -> bool:
        """Count a new connection; False if it is one too many and must leave."""
        self._wires[wire] = None
        self.accepted += 1
        for refused in self._refusals.values():
            refused()
        return not self._refusals and len(self._wires) <= self.limits.connections

    def farewell(self, wire: Wire) -> None:
        self._wires.pop(wire, None)
        if not self._wires and self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)

    def _drop(self, address: str) -> None:
        """The venue ends the connections of an address that it bans."""
        for wire in tuple(self._wires):
            if wire.address == address:
                wire.abort()

    def _sweep_now(self) -> None:
        now_ns = self.monotonic_ns()
        for wire in [wire for wire in self._wires if wire.look_ns <= now_ns]:
            wire.enforce_deadlines(now_ns)
        self._sweep = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep_now)
