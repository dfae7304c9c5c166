"""Connections to one venue: the last one returned is the first one taken, so that few are kept warm."""

from collections.abc import Callable

from scenarios.client.connection import Connection
from scenarios.client.limits import TimeLimits


class ConnectionPool:
    """At most ``connections_max`` at a time; whoever asks for more has not kept to its own bound on calls in flight."""

    def __init__(
        self, address: tuple[str, int], clock: Callable[[], int], limits: TimeLimits, connections_max: int
    ) -> None:
        self._address = address
        self._clock = clock
        self._limits = limits
        self._connections_max = connections_max
        self._idle: list[Connection] = []
        self._taken = 0

    def take(self) -> Connection:
        if self._taken >= self._connections_max:
            raise RuntimeError(f"{self._taken} connections are in use, and there must be no more")
        self._taken += 1
        return self._idle.pop() if self._idle else Connection(self._address, self._clock, self._limits)

    def give_back(self, connection: Connection) -> None:
        self._taken -= 1
        if connection.reusable:
            self._idle.append(connection)

    def close(self) -> None:
        """Closes those that are idle; those in use are closed by their users."""
        while self._idle:
            self._idle.pop().close()
