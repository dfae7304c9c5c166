"""When a request was where: the ticket that it holds while it waits, and the record that stays of it.

All times are nanoseconds of the monotonic clock, in this order: accepted, parsed, queued, taken, matched,
synced, written.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from mock_exchange.trace_context import Trace

if TYPE_CHECKING:
    from mock_exchange.gateway.call import Call
    from mock_exchange.gateway.routes import Route


class Turn(Protocol):
    """The caller's place among the replies that it is owed, whatever it asked through."""

    def answer(self, status: int, body: bytes) -> None:
        """Decide the reply: a status as HTTP has them, and JSON."""

    def flush(self) -> None:
        """Send the reply now if nothing that is owed before it is missing."""

    def mark(self, fault_id: str) -> bool:
        """Say in the reply, which is decided, that the fault touched its request; False where it may not be heard."""

    def abandon(self) -> None:
        """There will never be a reply: end the waiting for it, as far as what was asked through can."""


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
    trace: Trace | None = None
    """What a traced request is known by; None for all others."""
    route: "Route | None" = None
    """What was asked for, and with which parameters: for faults, which choose by it, or have it prepared anew."""
    call: "Call | None" = None


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

BatchObserver = Callable[[Sequence[Ticket], int, int], None]
"""Told of tickets whose replies were just written, when what they did was safe, and when they were written."""


class StageLog:
    """The last requests in full, for whoever asks, and how many there were."""

    __slots__ = ("count", "recent")

    def __init__(self, recent_max: int) -> None:
        """``recent_max`` is 0 where nobody may ask."""
        self.recent: deque[StageRecord] = deque(maxlen=recent_max)
        self.count = 0

    def record(self, tickets: Sequence[Ticket], synced_ns: int, written_ns: int) -> None:
        """A batch that was safe, and whose replies were written, then."""
        self.count += len(tickets)
        if self.recent.maxlen:
            self.recent.extend(
                StageRecord(
                    ticket.operation,
                    ticket.accepted_ns,
                    ticket.parsed_ns,
                    ticket.queued_ns,
                    ticket.taken_ns,
                    ticket.matched_ns,
                    synced_ns,
                    written_ns,
                )
                for ticket in tickets
            )
