"""Locust's users: closed ones, each sending when it was answered, and the one that sends arrivals when they are due.

Bind a class to its session before Locust is given it: ``bound(ClosedUser, session)``.
"""

from collections.abc import Callable, Iterator
from itertools import chain, takewhile
from typing import Any, ClassVar, Protocol, TypeVar

import gevent
from locust import User, task

from scenarios.senders import Senders
from scenarios.session import TrafficSession
from scenarios.traffic.mix import Ask
from scenarios.traffic.windows import Step
from scenarios.waiting import alarm

NS_PER_SECOND = 1_000_000_000
REFUSED_PAUSE_S = 0.01
"""A user that could not even send looks again so much later: a venue that is gone must not turn into a busy loop."""
SPAWNED_AT_ONCE = 32
"""When late, let those already begun reach their sockets before more are."""

AnyUser = TypeVar("AnyUser", bound=User)


def bound(user: type[AnyUser], **attributes: Any) -> type[AnyUser]:
    """A user class that Locust may spawn, with what it works with as attributes of the class."""
    return type(user.__name__, (user,), {"abstract": False, **attributes})


class ClosedUser(User):
    """Takes part in each step that has more users than its own number, and rests in between.

    Whoever is in flight when a step ends just goes on; nobody is stopped for it.
    """

    abstract = True
    session: ClassVar[TrafficSession]

    def on_start(self) -> None:
        self._number = self.session.next_user()
        self._asks = self.session.asks_of_user(self._number)

    def steps(self) -> Iterator[Step]:
        return self.session.sweep.of_user(self._number)

    @task
    def take_part(self) -> None:
        clock = self.session.clock
        for step in self.steps():
            _sleep_until(step.start_ns, clock)
            while (now_ns := clock()) < step.end_ns:
                self.send(now_ns)
        rest()

    def send(self, now_ns: int) -> None:
        flight = self.session.begin(next(self._asks), now_ns)
        self.session.serve(flight)
        if flight.sent_ns < 0:
            gevent.sleep(REFUSED_PAUSE_S)


class ArrivalSource(Protocol):
    """Where arrivals come from: waits for each phase's turn, and gives when each is due and what it asks for."""

    def __call__(self) -> Iterator[tuple[int, Ask]]: ...


class ArrivalUser(User):
    """One for each worker: sends every arrival when it is due, whatever is still outstanding.

    Beyond the bound on what is in flight an arrival is dropped and counted, never kept for later.
    """

    abstract = True
    fixed_count = 1
    session: ClassVar[TrafficSession]
    source: ClassVar[ArrivalSource]
    on_exhausted: ClassVar[Callable[[], None]]

    def on_start(self) -> None:
        self._senders = Senders(self.session.serve)
        self._next: tuple[int, Ask] | None = None
        self._arrivals = type(self).source()
        self._alarm = alarm()

    @task
    def walk(self) -> None:
        clock = self.session.clock
        late = 0
        while (arrival := next(self._arrivals, None)) is not None:
            self._next = arrival
            due_ns, ask = arrival
            wait_ns = due_ns - clock()
            late = 0 if wait_ns > 0 else late + 1
            if wait_ns > 0:
                self._alarm.sleep_ns(wait_ns)
            elif late % SPAWNED_AT_ONCE == 0:
                gevent.sleep(0)
            self._next = None
            self._send(ask, due_ns)
        type(self).on_exhausted()
        rest()

    def on_stop(self) -> None:
        """What was due until now and not yet sent is accounted for; what is being sent ends here."""
        now_ns = self.session.clock()
        for due_ns, ask in self._due_by(now_ns):
            self.session.drop(self.session.begin(ask, due_ns))
        self._alarm.close()
        self._senders.kill()

    def _send(self, ask: Ask, due_ns: int) -> None:
        full = self.session.full
        flight = self.session.begin(ask, due_ns)
        if full:
            self.session.drop(flight)
        else:
            self._senders.send(flight)

    def _due_by(self, now_ns: int) -> Iterator[tuple[int, Ask]]:
        ahead = chain(() if self._next is None else (self._next,), self._arrivals)
        return takewhile(lambda arrival: arrival[0] <= now_ns, ahead)


def rest() -> None:
    """Until the runner stops the user."""
    gevent.get_hub().switch()


def _sleep_until(moment_ns: int, clock: Callable[[], int]) -> None:
    while (left_ns := moment_ns - clock()) > 0:
        gevent.sleep(left_ns / NS_PER_SECOND)
