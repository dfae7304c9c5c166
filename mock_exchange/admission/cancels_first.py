"""What reduces exposure goes first and is refused last: cancels, and amendments, which can only reduce.

Real venues promise that cancels and reduce-only orders are exempt from shedding (Binance's -1008 since 2025-10-23,
BitMEX since 2017). Spot has no reduce-only orders; why sells and cancelReplace are not among the exempt is told in
docs/decisions/0009. Two lines, each first come, first served; and after so many of the urgent in a row, one of the
others: they get slow, but never starve.
"""

from collections import deque
from typing import Final

from mock_exchange.admission import FOREVER_NS
from mock_exchange.stages import Ticket

URGENT: Final = frozenset({"order.cancel", "order.amend"})
"""By operation, as the table of routes names them."""


class CancelsFirst:
    __slots__ = (
        "_hard_length",
        "_in_a_row",
        "_in_a_row_max",
        "_length",
        "_others",
        "_urgent",
        "in_service",
        "patience_ns",
    )

    def __init__(self, length: int, hard_length: int, in_a_row_max: int) -> None:
        """Unserved tickets of both kinds from which on the others, and then the urgent, are refused."""
        self.patience_ns = FOREVER_NS
        self.in_service: Ticket | None = None
        self._length = length
        self._hard_length = hard_length
        self._in_a_row_max = in_a_row_max
        self._in_a_row = 0
        """How many urgent ones were taken since one of the others was, while others waited."""
        self._urgent: deque[Ticket] = deque()
        self._others: deque[Ticket] = deque()

    def is_full(self, operation: str) -> bool:
        return len(self) >= (self._hard_length if operation in URGENT else self._length)

    def offer(self, ticket: Ticket) -> bool:
        if self.is_full(ticket.operation):
            return False
        (self._urgent if ticket.operation in URGENT else self._others).append(ticket)
        return True

    def take(self, at_ns: int) -> Ticket | None:
        line = self._next_line(at_ns)
        if not line:
            return None
        self._in_a_row = self._in_a_row + 1 if line is self._urgent and self._others else 0
        return line.popleft()

    def head(self) -> Ticket | None:
        waiting = [line[0] for line in (self._urgent, self._others) if line]
        return self.in_service or min(waiting, key=lambda ticket: ticket.queued_ns, default=None)

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others) + (self.in_service is not None)

    def _next_line(self, at_ns: int) -> deque[Ticket]:
        urgent, others = self._urgent, self._others
        if not (urgent and others):
            return urgent or others
        if max(urgent[0].queued_ns, others[0].queued_ns) > at_ns:
            # One of them had not come by then, so the server would have begun with the other.
            return urgent if urgent[0].queued_ns <= others[0].queued_ns else others
        return others if self._in_a_row >= self._in_a_row_max else urgent
