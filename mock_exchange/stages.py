"""When a request was where: the ticket that it holds while it waits, and the record that stays of it.

All times are nanoseconds of the monotonic clock, in this order: accepted, parsed, queued, taken, matched,
synced, written.
"""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

import msgspec


class Turn(Protocol):
    """The caller's place among the replies that it is owed, whatever it asked through."""

    def answer(self, status: int, body: bytes) -> None:
        """Decide the reply: a status as HTTP has them, and JSON."""

    def flush(self) -> None:
        """Send the reply now if nothing that is owed before it is missing."""


class Ticket(msgspec.Struct):
    """A request in the queue. A struct rather than a class, because structs are made in C."""

    operation: str
    turn: Turn
    work: Callable[[], bytes]
    """Asks the engine and returns the reply's body."""
    accepted_ns: int
    """Its last bytes were read from the socket."""
    parsed_ns: int
    """It is an HTTP request."""
    queued_ns: int
    """It is signed, timely and well formed, and waits."""
    expires_ns: int
    """When its recvWindow ends; the engine must not see it later."""
    taken_ns: int = 0
    """It left the queue: the end of waiting, the beginning of service."""
    matched_ns: int = 0
    """The engine has changed its state and the reply is known."""
    status: int = 0
    body: bytes = b""
    """The reply, until it may be given."""


class StageRecord(msgspec.Struct, frozen=True, gc=False):
    operation: str
    accepted_ns: int
    parsed_ns: int
    queued_ns: int
    taken_ns: int
    matched_ns: int
    synced_ns: int
    """What the engine did is safe."""
    written_ns: int


STAGES = ("parse", "check", "wait", "serve", "sync", "write")
"""The spans between the seven times, as the metrics name them."""


class StageLog:
    """The last requests in full, and the sum over all of them."""

    __slots__ = ("_sums_ns", "count", "recent")

    def __init__(self, recent_max: int) -> None:
        self.recent: deque[StageRecord] = deque(maxlen=recent_max)
        self._sums_ns = (0,) * (len(STAGES) + 1)
        """Of each of the seven times, over all requests: the differences are the time spent in each stage."""
        self.count = 0

    @property
    def total_ns(self) -> list[int]:
        """The time that all requests together spent in each of ``STAGES``."""
        return [after - before for before, after in pairwise(self._sums_ns)]

    def record(self, tickets: Sequence[Ticket], synced_ns: int, written_ns: int) -> None:
        """A batch that was safe, and whose replies were written, then."""
        accepted_sum, parsed_sum, queued_sum, taken_sum, matched_sum, synced_sum, written_sum = self._sums_ns
        append = self.recent.append
        for ticket in tickets:
            accepted, parsed, queued = ticket.accepted_ns, ticket.parsed_ns, ticket.queued_ns
            taken, matched = ticket.taken_ns, ticket.matched_ns
            append(StageRecord(ticket.operation, accepted, parsed, queued, taken, matched, synced_ns, written_ns))
            accepted_sum += accepted
            parsed_sum += parsed
            queued_sum += queued
            taken_sum += taken
            matched_sum += matched
        synced_sum += synced_ns * len(tickets)
        written_sum += written_ns * len(tickets)
        self._sums_ns = accepted_sum, parsed_sum, queued_sum, taken_sum, matched_sum, synced_sum, written_sum
        self.count += len(tickets)
