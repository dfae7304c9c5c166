"""First come, first served, and no more than so many at a time."""

from mock_exchange.admission.unbounded import Unbounded
from mock_exchange.stages import Ticket


class BoundedLength(Unbounded):
    """``length`` counts everyone who has not been served, the one in service included (the K of M/M/1/K)."""

    __slots__ = ("_length",)

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length

    def is_full(self, operation: str) -> bool:  # noqa: ARG002 - all wait in one line
        return len(self._waiting) + (self.in_service is not None) >= self._length

    def offer(self, ticket: Ticket) -> bool:
        if len(self._waiting) + (self.in_service is not None) >= self._length:
            return False
        self._waiting.append(ticket)
        return True
