"""First come, first served, and no more than so many at a time."""

from collections import deque

from mock_exchange.stages import Ticket


class BoundedLength:
    """``length`` counts everyone who has not been served, the one in service included (the K of M/M/1/K)."""

    __slots__ = ("_length", "_waiting")

    def __init__(self, length: int) -> None:
        self._length = length
        self._waiting: deque[Ticket] = deque()

    def is_full(self) -> bool:
        return len(self._waiting) >= self._length

    def offer(self, ticket: Ticket) -> bool:
        if len(self._waiting) >= self._length:
            return False
        self._waiting.append(ticket)
        return True

    def head(self) -> Ticket | None:
        return self._waiting[0] if self._waiting else None

    def take(self) -> Ticket:
        return self._waiting.popleft()

    def __len__(self) -> int:
        return len(self._waiting)
