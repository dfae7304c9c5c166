"""What faults do to requests whose turn has come: choose them, serve them or not, and say so in their replies."""

from collections import deque
from typing import Final

import msgspec

from mock_exchange.faults.fault import Fault, Subject
from mock_exchange.gateway.gateway import WRITES
from mock_exchange.stages import Ticket, Turn

_CLIENT_ORDER_IDS: Final = ("newClientOrderId", "origClientOrderId", "listClientOrderId", "cancelOrigClientOrderId")
_SILENT_MAX: Final = 10_000
"""How many callers are left waiting at a time; with one more, the first of them waits no longer."""


def subject_of(ticket: Ticket) -> Subject:
    """What a selector sees of a request."""
    parameters = ticket.call.parameters if ticket.call is not None else {}
    client_order_id = next((parameters[name] for name in _CLIENT_ORDER_IDS if name in parameters), "")
    return Subject(ticket.operation, parameters.get("symbol", ""), client_order_id)


class Touched(msgspec.Struct):
    """A turn whose reply tells which fault touched its request."""

    turn: Turn
    fault: Fault
    ordinal: int
    """Of the request, among those that the fault has seen."""

    def answer(self, status: int, body: bytes) -> None:
        self.turn.answer(status, body)
        if self.turn.mark(self.fault.id):
            self.fault.unanswered.pop(self.ordinal, None)

    def flush(self) -> None:
        self.turn.flush()

    def mark(self, fault_id: str) -> bool:
        return self.turn.mark(fault_id)

    @property
    def may_be_marked(self) -> bool:
        return self.turn.may_be_marked

    def abandon(self) -> None:
        self.turn.abandon()


class Silenced(msgspec.Struct):
    """A turn that is never answered."""

    turn: Turn

    def answer(self, status: int, body: bytes) -> None:
        """Keep it from the caller."""

    def flush(self) -> None:
        """There is nothing to send."""

    def mark(self, fault_id: str) -> bool:  # noqa: ARG002 - there is no reply that could be marked
        return False

    @property
    def may_be_marked(self) -> bool:
        return False

    def abandon(self) -> None:
        self.turn.abandon()


class Silence:
    """The callers that a fault leaves without a reply. Nobody else would end their waiting, so its end does."""

    def __init__(self) -> None:
        self._turns: deque[Turn] = deque()

    def fall(self, ticket: Ticket) -> None:
        """Let this one wait from now on."""
        self._turns.append(ticket.turn)
        ticket.turn = Silenced(ticket.turn)
        if len(self._turns) > _SILENT_MAX:
            self._turns.popleft().abandon()

    def end(self) -> None:
        while self._turns:
            self._turns.popleft().abandon()


def touch_writes(fault: Fault, ticket: Ticket) -> None:
    """Mark the request if it changes something and is selected."""
    subject = subject_of(ticket)
    if ticket.operation in WRITES and fault.touches(subject):
        mark(ticket, fault, subject)


def mark(ticket: Ticket, fault: Fault, subject: Subject) -> None:
    """The fault has touched the request that it saw last: its reply will say so, or else the fault remembers it."""
    ordinal = fault.seen - 1
    fault.remember(ordinal, subject, ticket.turn)
    ticket.turn = Touched(ticket.turn, fault, ordinal)
