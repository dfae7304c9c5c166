"""When a request was where: the ticket that it holds while it waits, and the record that stays of it.

All times are nanoseconds of the monotonic clock, in this order: accepted, parsed, queued, taken, matched, written.
"""

from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from mock_exchange.http.turn import Turn


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


class StageRecord(msgspec.Struct, frozen=True, gc=False):
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

    def record(self, tickets: Sequence[Ticket], written_ns: int) -> None:
        """A batch whose replies were written then."""
        parse = check = wait = serve = write = 0
        append = self.recent.append
        for ticket in tickets:
            accepted, parsed, queued = ticket.accepted_ns, ticket.parsed_ns, ticket.queued_ns
            taken, matched = ticket.taken_ns, ticket.matched_ns
            append(StageRecord(ticket.operation, accepted, parsed, queued, taken, matched, written_ns))
            parse += parsed - accepted
            check += queued - parsed
            wait += taken - queued
            serve += matched - taken
            write += written_ns - matched
        for index, spent_ns in enumerate((parse, check, wait, serve, write)):
            self.total_ns[index] += spent_ns
        self.count += len(tickets)
