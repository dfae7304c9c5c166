"""A worker's traffic where traders decide: each arrival is a trader's turn, made into the request that it wants.

The rest, from sending to the books, is that of every session.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scenarios.operations import OPERATIONS, Desk, Request
from scenarios.plan import PlannedOpen
from scenarios.session import TrafficSession
from scenarios.traders.floor import TradingFloor
from scenarios.traffic.accounting import Ending, Flight
from scenarios.traffic.mix import Ask
from slo.history import Outcome


@dataclass(slots=True)
class TradingSession(TrafficSession):
    """``floor`` seats the traders of this worker; whose turn an arrival is, it says too."""

    floor: TradingFloor = field(kw_only=True)
    _requests: dict[int, tuple[Desk, Request]] = field(default_factory=dict)
    """Of arrivals that were begun and not yet sent or dropped."""

    def asks_of_user(self, number: int) -> Iterator[Ask]:
        return map(self.floor.ask, self.floor.turns(f"user {number}"))

    def arrivals(self, phase: PlannedOpen, rate_per_s: float) -> Iterator[tuple[int, Ask]]:
        """Only what is this worker's own is decided here: its traders know nothing of the others' orders."""
        for due_ns, turn in self._shared(phase, rate_per_s, self.floor.turns(phase.name)):
            yield due_ns, self.floor.ask(turn)

    def begin(self, ask: Ask, scheduled_ns: int) -> Flight:
        """The request is made at once, so that no two cancels can be of one order."""
        flight = self.accounting.begin(ask.operation, ask.symbol, scheduled_ns)
        if ask.errand is not None:
            desk, request = ask.errand
            self._requests[flight.arrival] = (desk, request(desk, ask.symbol, flight.arrival))
        return flight

    def drop(self, flight: Flight) -> None:
        """A cancel that was never sent leaves its order open."""
        desk, request = self._requests.pop(flight.arrival)
        if (settled := OPERATIONS[flight.operation].settled) is not None:
            settled(desk, request, Outcome.DROPPED, "")
        self._book(flight, Ending(Outcome.DROPPED), 0)

    def serve(self, flight: Flight) -> None:
        desk, request = self._requests.pop(flight.arrival)
        self._carry_out(flight, request, desk)
