"""First come, first served, unless it has become too late: the engine never works for a caller that gave up.

A ticket that has waited longer than the budget is shed when its turn comes. Where the service time is known, a
newcomer is refused if those who wait already are more than a budget's worth of mean services: it would most likely be
shed in the end, and hears so at once. That is an estimate, as services vary and some of those ahead may leave unserved;
but it wastes no capacity, because it is made only where the server has work for a whole budget. Where the service time
is what this host's core takes, it is not known, and only age decides.
"""

from mock_exchange.admission.bounded_length import BoundedLength
from mock_exchange.stages import Ticket


class BoundedAge(BoundedLength):
    __slots__ = ("_waiting_max",)

    def __init__(self, budget_ns: int, length: int, service_ns: float | None) -> None:
        """``service_ns`` is the mean service time, where it is known; ``length`` bounds what the budget does not."""
        super().__init__(length)
        self.patience_ns = budget_ns
        self._waiting_max = int(budget_ns / service_ns) if service_ns else length
        """How many may be waiting for a new one to have a chance."""

    def is_full(self, operation: str) -> bool:
        return len(self._waiting) > self._waiting_max or super().is_full(operation)

    def offer(self, ticket: Ticket) -> bool:
        return len(self._waiting) <= self._waiting_max and super().offer(ticket)
