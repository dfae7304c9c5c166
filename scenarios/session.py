"""A worker's traffic as it is driven: what the users share. Each arrival is begun, sent, understood, booked and told.

Knows sockets only through its client, time only through its clock, and Locust only through the event that it fires.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gevent

from scenarios.client import (
    CallFailed,
    Client,
    Meaning,
    Reply,
    meaning_of_reply,
    outcome_of_failure,
)
from scenarios.operations import OPERATIONS, Desk, Request
from scenarios.plan import PlannedOpen
from scenarios.traffic.accounting import NEVER_NS, NO_STATUS, Accounting, Ending, Flight
from scenarios.traffic.arrivals import due_times, share
from scenarios.traffic.mix import Ask, asks
from scenarios.traffic.progress import ProgressWindow
from scenarios.traffic.retries import NO_RETRIES, Retries
from scenarios.traffic.windows import Sweep
from slo.history import Operation, Outcome

NS_PER_MS = 1_000_000
NS_PER_SECOND = 1_000_000_000
FOR_EVER_NS = 2**63 - 1


class NotOk(Exception):
    """What Locust shows of an arrival that did not end ok."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of the run's traffic this worker makes."""

    seed: int
    mix: Mapping[Operation, int]
    symbols: Sequence[str]
    worker: int = 0
    workers: int = 1


@dataclass(slots=True)
class TrafficSession:
    """``clock`` gives ns since the run's start. ``fire`` is Locust's request event, fired once for every
    arrival; None where nobody reads Locust's statistics, which cost more than the books.
    """

    clock: Callable[[], int]
    client: Client
    desk: Desk
    accounting: Accounting
    fire: Callable[..., Any] | None
    share: Share
    in_flight_max: int
    retries: Retries = NO_RETRIES
    retries_until_ns: int = FOR_EVER_NS
    """No attempt after the first begins later: the run waits for what is in flight at its end, and no longer."""
    wait: Callable[[float], object] = gevent.sleep
    """Lets so many seconds pass for whoever calls, and for nobody else."""
    sweep: Sweep = field(default_factory=lambda: Sweep([]))
    window: ProgressWindow = field(default_factory=ProgressWindow)
    _users: int = 0
    _failures: dict[tuple[Outcome, int, int], NotOk] = field(default_factory=dict)

    def next_user(self) -> int:
        """A number for a closed user, counted over all workers."""
        number = self._users
        self._users += 1
        return number * self.share.workers + self.share.worker

    def asks_of_user(self, number: int) -> Iterator[Ask]:
        return asks(self.share.mix, self.share.symbols, self.share.seed, f"user {number}")

    def arrivals(self, phase: PlannedOpen, rate_per_s: float) -> Iterator[tuple[int, Ask]]:
        """This worker's arrivals of an open phase: when each is due and what it asks for."""
        due_ns = due_times(
            phase.arrivals, rate_per_s, phase.start_ns, phase.end_ns, seed=self.share.seed, name=phase.name
        )
        wanted = asks(self.share.mix, self.share.symbols, self.share.seed, phase.name)
        return share(zip(due_ns, wanted, strict=False), self.share.worker, self.share.workers)

    def begin(self, ask: Ask, scheduled_ns: int) -> Flight:
        return self.accounting.begin(ask.operation, ask.symbol, scheduled_ns)

    @property
    def full(self) -> bool:
        """Whether as much is in flight as may be."""
        return self.accounting.in_flight >= self.in_flight_max

    def drop(self, flight: Flight) -> None:
        """An arrival that is due and cannot be sent."""
        self._book(flight, Ending(Outcome.DROPPED), 0)

    def serve(self, flight: Flight) -> None:
        """Send an arrival and wait for what becomes of it."""
        operation = flight.operation
        kind = OPERATIONS[operation]
        request = kind.request(self.desk, flight.symbol, flight.arrival)
        flight.symbol = request.symbol
        meaning, reply = self._ask(request, flight)
        done_ns = self.clock()
        attempts, faults = 1, reply.fault
        while (wait_ns := self.retries.wait_ns(meaning.outcome, attempts)) is not None:
            if done_ns + wait_ns >= self.retries_until_ns:
                break
            if wait_ns:
                self.wait(wait_ns / NS_PER_SECOND)
            request = request.again(attempts)
            meaning, reply = self._ask(request, flight)
            done_ns = self.clock()
            attempts, faults = attempts + 1, _together(faults, reply.fault)
        if kind.settled is not None:
            kind.settled(self.desk, request, meaning.outcome, meaning.order_status)
        if meaning.outcome is Outcome.OK:
            self.sweep.answered(done_ns)
        self._book(flight, Ending(meaning.outcome, done_ns, reply.status, meaning.code, faults), len(reply.body))

    def _ask(self, request: Request, flight: Flight) -> tuple[Meaning, Reply]:
        """One attempt. The flight keeps the time of its first one."""
        first_sent_ns = flight.sent_ns
        try:
            reply = self.client.call(request, flight)
        except CallFailed as failure:
            meaning, reply = Meaning(outcome_of_failure(flight.operation, failure)), Reply(NO_STATUS, b"", "")
        else:
            meaning = meaning_of_reply(flight.operation, reply)
        if first_sent_ns != NEVER_NS:
            flight.sent_ns = first_sent_ns
        return meaning, reply

    def end_unfinished(self, overdue_ns: int = 0) -> None:
        """Give what has been in flight for so long its outcome now: a write that was begun may still be done."""
        now_ns = self.clock()
        for flight in self.accounting.unfinished():
            if now_ns - flight.scheduled_ns < overdue_ns:
                continue
            failure = CallFailed("in flight when the traffic ended", sent=flight.sent_ns != NEVER_NS)
            self._book(flight, Ending(outcome_of_failure(flight.operation, failure)), 0)

    def _book(self, flight: Flight, ending: Ending, length: int) -> None:
        self.accounting.complete(flight, ending)
        self.window.add(flight, ending.done_ns)
        if self.fire is not None:
            self._tell(self.fire, flight, ending, length)

    def _tell(self, fire: Callable[..., Any], flight: Flight, ending: Ending, length: int) -> None:
        answered = ending.done_ns != NEVER_NS
        fire(
            request_type=flight.operation.value,
            name=flight.operation.value,
            response_time=(ending.done_ns - flight.scheduled_ns) / NS_PER_MS if answered else None,
            response_length=length,
            response=None,
            context={},
            exception=None if ending.outcome is Outcome.OK else self._failure(ending),
        )

    def _failure(self, ending: Ending) -> NotOk:
        """One exception for all arrivals that end alike: Locust counts them by what they say."""
        alike = (ending.outcome, ending.status, ending.code)
        if alike not in self._failures:
            status = f" HTTP {ending.status}" if ending.status != NO_STATUS else ""
            code = f" code {ending.code}" if ending.code else ""
            self._failures[alike] = NotOk(f"{ending.outcome.value}{status}{code}")
        return self._failures[alike]


def _together(faults: str, more: str) -> str:
    """Ids of faults as marks write them, each once."""
    return ", ".join(dict.fromkeys(each for each in (*faults.split(", "), *more.split(", ")) if each))
