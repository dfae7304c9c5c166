"""First come, first served, however many there are: what happens to a service that refuses nobody.

It is the other policies' line as well. What bounds it are connections and requests per connection (``limits``).
"""

from collections import deque

from mock_exchange.admission import FOREVER_NS
from mock_exchange.stages import Ticket


class Unbounded:
    __slots__ = ("_waiting", "in_service", "patience_ns")

    def __init__(self) -> None:
        self.patience_ns = FOREVER_NS
        self.in_service: Ticket | None = None
        self._waiting: deque[Ticket] = deque()

    def is_full(self, operation: str) -> bool:  # noqa: ARG002 - the signature of every policy
        return False

    def offer(self, ticket: Ticket) -> bool:
        self._waiting.append(ticket)
        return True

    def take(self, at_ns: int) -> Ticket | None:  # noqa: ARG002 - who came first is next at any time
        return self._waiting.popleft() if self._waiting else None

    def head(self) -> Ticket | None:
        if self.in_service is not None:
            return self.in_service
        return self._waiting[0] if self._waiting else None

    def __len__(self) -> int:
        return len(self._waiting) + (self.in_service is not None)
