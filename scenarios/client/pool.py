"""Connections to one venue: the last one returned is the first one taken, so that few are kept warm."""

from collections import deque
from collections.abc import Callable

from gevent.event import AsyncResult

from scenarios.client.connection import Connection
from scenarios.client.counts import CallCounts
from scenarios.client.limits import TimeLimits


class ConnectionPool:
    """At most ``connections_max`` at a time; whoever asks for more waits for one, in the order of asking."""

    def __init__(
        self,
        address: tuple[str, int],
        clock: Callable[[], int],
        limits: TimeLimits,
        connections_max: int,
        counts: CallCounts,
    ) -> None:
        self._address = address
        self._clock = clock
        self._limits = limits
        self._connections_max = connections_max
        self._counts = counts
        self._idle: list[Connection] = []
        self._taken = 0
        self._waiting: deque[AsyncResult[None]] = deque()

    def take(self) -> Connection:
        self._counts.calls += 1
        if self._taken >= self._connections_max:
            self._wait_for_turn()
        else:
            self._taken += 1
        return self._idle.pop() if self._idle else Connection(self._address, self._clock, self._limits)

    def give_back(self, connection: Connection) -> None:
        if connection.reusable:
            self._idle.append(connection)
        self._pass_on()

    def close(self) -> None:
        """Closes those that are idle; those in use are closed by their users."""
        while self._idle:
            self._idle.pop().close()

    def _wait_for_turn(self) -> None:
        """Until one that is taken is passed on: nobody who comes later gets it first."""
        turn: AsyncResult[None] = AsyncResult()
        self._waiting.append(turn)
        began_ns = self._clock()
        try:
            turn.get()
        except BaseException:  # told to end while waiting
            if turn.ready():
                self._pass_on()
            else:
                self._waiting.remove(turn)
            raise
        finally:
            self._counts.waited(self._clock() - began_ns)

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().set(None)
        else:
            self._taken -= 1
