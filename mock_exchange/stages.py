"""When a request was where: the ticket that it holds while it waits, and the record that stays of it.

All times are nanoseconds of the monotonic clock, in this order: accepted, parsed, queued, taken, matched, written.
"""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from mock_exchange.http.turn import Turn


class Ticket:
    """A request in the queue. ``work`` asks the engine and returns the reply's body."""

    __slots__ = (
        "accepted_ns",
        "expires_ns",
        "matched_ns",
        "operation",
        "parsed_ns",
        "queued_ns",
        "taken_ns",
        "turn",
        "work",
    )

    def __init__(
        self,
        operation: str,
        turn: Turn,
        work: Callable[[], bytes],
        *,
        accepted_ns: int,
        parsed_ns: int,
        queued_ns: int,
        expires_ns: int,
    ) -> None:
        self.operation = operation
        self.turn = turn
        self.work = work
        self.accepted_ns = accepted_ns
        """Its last bytes were read from the socket."""
        self.parsed_ns = parsed_ns
        """It is an HTTP request."""
        self.queued_ns = queued_ns
        """It is signed, timely and well formed, and waits."""
        self.taken_ns = 0
        """It left the queue: the end of waiting, the beginning of service."""
        self.matched_ns = 0
        """The engine has changed its state and the reply is known."""
        self.expires_ns = expires_ns
        """When its recvWindow ends; the engine must not see it later."""


class StageRecord(NamedTuple):
    operation: str
    accepted_ns: int
    parsed_ns: int
    queued_ns: int
    taken_ns: int
    matched_ns: int
    written_ns: int


STAGES = ("parse", "check", "wait", "serve", "write")
"""The spans between the six times, as the metrics name them."""


class StageLog:
    """The last requests in full, and the sum over all of them."""

    __slots__ = ("count", "recent", "total_ns")

    def __init__(self, recent_max: int) -> None:
        self.recent: deque[StageRecord] = deque(maxlen=recent_max)
        self.total_ns = [0] * len(STAGES)
        self.count = 0

    def record(self, ticket: Ticket, written_ns: int) -> None:
        accepted, parsed, queued = ticket.accepted_ns, ticket.parsed_ns, ticket.queued_ns
        taken, matched = ticket.taken_ns, ticket.matched_ns
        self.recent.append(StageRecord(ticket.operation, accepted, parsed, queued, taken, matched, written_ns))
        total = self.total_ns
        total[0] += parsed - accepted
        total[1] += queued - parsed
        total[2] += taken - queued
        total[3] += matched - taken
        total[4] += written_ns - matched
        self.count += 1
