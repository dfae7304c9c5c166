"""The books: every arrival that was due ends in exactly one outcome, and ``scheduled == sum(outcomes) + in flight``.

Finished arrivals lie in columns until there is a chunk of them, which is handed on to be stored: memory is bounded by
the chunk and by what is in flight. Nothing here knows of sockets, files or clocks.
"""

import struct
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from scenarios.errors import CompletedTwice
from slo.history import Operation, Outcome

NEVER_NS = -1
"""A time that did not come: nothing was sent, no answer came."""
NO_STATUS = -1
_WELL = 200
NO_CODE = 0
NO_FAULT = ""

ROWS_PER_CHUNK = 20_000

OPERATIONS_IN_ORDER = tuple(Operation)
OUTCOMES_IN_ORDER = tuple(Outcome)
_OPERATION_PLACES = {operation: place for place, operation in enumerate(OPERATIONS_IN_ORDER)}
_OUTCOME_PLACES = {outcome: place for place, outcome in enumerate(OUTCOMES_IN_ORDER)}
_pack_numbers = struct.Struct("=qqqqhi").pack
"""As wide as the columns: arrival, the three times, status, code."""


@dataclass(slots=True, eq=False)
class Flight:
    """An arrival that is due and has no outcome yet.

    ``sent_ns``: when the attempt to send began, connecting included; set only once a byte is written.
    """

    arrival: int
    operation: Operation
    symbol: str
    scheduled_ns: int
    sent_ns: int = NEVER_NS


class Ending(NamedTuple):
    """What became of an arrival. ``done_ns`` is when an answer or an error came, if one did."""

    outcome: Outcome
    done_ns: int = NEVER_NS
    status: int = NO_STATUS
    code: int = NO_CODE
    fault: str = NO_FAULT


@dataclass(slots=True)
class Columns:
    """Finished arrivals, one element of each column per arrival."""

    arrival: "array[int]" = field(default_factory=lambda: array("q"))
    operation: "array[int]" = field(default_factory=lambda: array("B"))
    """Place in OPERATIONS_IN_ORDER."""
    symbol: list[str] = field(default_factory=list)
    scheduled_ns: "array[int]" = field(default_factory=lambda: array("q"))
    sent_ns: "array[int]" = field(default_factory=lambda: array("q"))
    done_ns: "array[int]" = field(default_factory=lambda: array("q"))
    outcome: "array[int]" = field(default_factory=lambda: array("B"))
    """Place in OUTCOMES_IN_ORDER."""
    status: "array[int]" = field(default_factory=lambda: array("h"))
    code: "array[int]" = field(default_factory=lambda: array("i"))
    fault: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.arrival)

    def add(self, flight: Flight, operation_place: int, outcome_place: int, ending: Ending) -> None:
        self.arrival.append(flight.arrival)
        self.operation.append(operation_place)
        self.symbol.append(flight.symbol)
        self.scheduled_ns.append(flight.scheduled_ns)
        self.sent_ns.append(flight.sent_ns)
        self.done_ns.append(ending.done_ns)
        self.outcome.append(outcome_place)
        self.status.append(ending.status)
        self.code.append(ending.code)
        self.fault.append(ending.fault)


class Accounting:
    """The books of one worker. ``spill`` takes each full chunk, and what is left at the end."""

    def __init__(
        self,
        spill: Callable[[Columns], None],
        worker: int = 0,
        workers: int = 1,
        rows_per_chunk: int = ROWS_PER_CHUNK,
    ) -> None:
        self._spill = spill
        self._next_arrival = worker
        self._workers = workers
        self._rows_per_chunk = rows_per_chunk
        self._columns = Columns()
        self._in_flight: dict[int, Flight] = {}
        self.scheduled = 0
        self.outcomes: dict[Outcome, int] = dict.fromkeys(Outcome, 0)

    @property
    def in_flight(self) -> int:
        return len(self._in_flight)

    def unfinished(self) -> list[Flight]:
        """What is in flight now, oldest first."""
        return list(self._in_flight.values())

    def unfinished_at_best(self, now_ns: int) -> Columns:
        """What is in flight, as if all of it were answered well now."""
        ending, columns = Ending(Outcome.OK, now_ns, _WELL), Columns()
        for flight in self._in_flight.values():
            columns.add(flight, _OPERATION_PLACES[flight.operation], _OUTCOME_PLACES[Outcome.OK], ending)
        return columns

    def begin(self, operation: Operation, symbol: str, scheduled_ns: int) -> Flight:
        """Count an arrival that is due. Its number is unique over all workers of the run."""
        arrival = self._next_arrival
        self._next_arrival = arrival + self._workers
        flight = Flight(arrival, operation, symbol, scheduled_ns)
        self._in_flight[arrival] = flight
        self.scheduled += 1
        return flight

    def complete(self, flight: Flight, ending: Ending) -> None:
        """Give an arrival its one outcome.

        Raises CompletedTwice when it has one, and ValueError, with nothing booked, when a column cannot hold it.
        """
        if self._in_flight.get(flight.arrival) is not flight:
            raise CompletedTwice(flight.arrival)
        outcome, done_ns, status, code, _ = ending
        operation_place, outcome_place = _OPERATION_PLACES[flight.operation], _OUTCOME_PLACES[outcome]
        try:  # before the first column grows: columns of unequal length would lose the whole chunk
            _pack_numbers(flight.arrival, flight.scheduled_ns, flight.sent_ns, done_ns, status, code)
        except struct.error as error:
            raise ValueError(f"arrival {flight.arrival} cannot be stored as {ending}: {error}") from error
        del self._in_flight[flight.arrival]
        self.outcomes[outcome] += 1
        columns = self._columns
        columns.add(flight, operation_place, outcome_place, ending)
        if len(columns.arrival) >= self._rows_per_chunk:
            self.flush()

    def flush(self) -> None:
        """Hand on what is finished, if anything is."""
        if len(self._columns):
            full, self._columns = self._columns, Columns()
            self._spill(full)

    def balanced(self) -> bool:
        """Whether every arrival that was due is accounted for."""
        return self.scheduled == sum(self.outcomes.values()) + len(self._in_flight)
