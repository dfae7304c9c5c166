"""A real queue and a real dispatcher in a time that the test moves, and a desk that notes what becomes of whom."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mock_exchange.admission import FOREVER_NS, AdmissionQueue
from mock_exchange.dispatch import ImmediateDispatcher, TimedDispatcher
from mock_exchange.service_time import Constant, ServiceTime, SingleServer
from mock_exchange.stages import StageLog, Ticket

SERVICE_NS = 1000


class Desk:
    """Names, in the order in which they left."""

    def __init__(self) -> None:
        self.served: list[Ticket] = []
        self.expired: list[Ticket] = []
        self.shed_late: list[Ticket] = []

    def serve(self, ticket: Ticket) -> None:
        self.served.append(ticket)

    def expire(self, ticket: Ticket) -> None:
        self.expired.append(ticket)

    def shed(self, ticket: Ticket) -> None:
        self.shed_late.append(ticket)

    @property
    def left(self) -> int:
        return len(self.served) + len(self.expired) + len(self.shed_late)


class Answered:
    """A caller that counts its answers."""

    def __init__(self) -> None:
        self.answers = 0

    def answer(self, status: int, body: bytes) -> None:  # noqa: ARG002 - what is answered is the gateway's
        self.answers += 1

    def flush(self) -> None:
        """There is no wire."""

    def mark(self, fault_id: str) -> bool:  # noqa: ARG002 - no fault comes here
        return False

    def abandon(self) -> None:
        """Nobody waits."""


class Floor:
    """One server in hand-made time."""

    def __init__(self, queue: AdmissionQueue, loop: asyncio.AbstractEventLoop, service: ServiceTime | None) -> None:
        self.now_ns = 0
        self.queue = queue
        self.desk = Desk()
        self.admitted: list[Ticket] = []
        self.refused: list[Ticket] = []
        self.stages = StageLog(100_000)
        self._loop = loop
        self.dispatcher = self._new_dispatcher(service)

    def _new_dispatcher(self, service: ServiceTime | None) -> ImmediateDispatcher | TimedDispatcher:
        if service is None:
            return ImmediateDispatcher(
                self.queue,
                self.desk,
                observers=[self.stages.record],
                when_durable=_at_once,
                monotonic_ns=lambda: self.now_ns,
                loop=self._loop,
            )
        return TimedDispatcher(
            self.queue,
            self.desk,
            server=SingleServer(service, random.Random(1)),  # noqa: S311 - reproducible on purpose
            observers=[self.stages.record],
            when_durable=_at_once,
            monotonic_ns=lambda: self.now_ns,
            loop=self._loop,
        )

    def arrive(self, operation: str = "order.place", *, after_ns: int = 0, window_ns: int = FOREVER_NS) -> Ticket:
        """Whoever is due by then has left before."""
        self.wait(after_ns)
        expires_ns = min(FOREVER_NS, self.now_ns + window_ns)
        ticket = Ticket(operation, Answered(), bytes, self.now_ns, self.now_ns, self.now_ns, expires_ns)
        is_full = self.queue.is_full(operation)
        is_admitted = self.dispatcher.submit(ticket)
        assert is_admitted is not is_full, "what is said before the parameters are read is what happens after"
        (self.admitted if is_admitted else self.refused).append(ticket)
        return ticket

    def wait(self, duration_ns: int) -> None:
        """The timer fires whenever a service is complete, on time."""
        until_ns = self.now_ns + duration_ns
        if isinstance(self.dispatcher, TimedDispatcher):
            while self.queue.in_service is not None and self.dispatcher._completes_ns <= until_ns:
                self.now_ns = self.dispatcher._completes_ns
                self.dispatcher._advance()
        else:
            self._loop.run_until_complete(asyncio.sleep(0))
        self.now_ns = until_ns

    def drain(self) -> None:
        while len(self.queue):
            self.wait(SERVICE_NS)


def _at_once(then: Callable[[], None]) -> None:
    then()


@contextmanager
def opened(
    queue: AdmissionQueue,
    *,
    service: ServiceTime | None = Constant(SERVICE_NS),  # noqa: B008 - frozen
) -> Iterator[Floor]:
    """``service`` is constant by default; None serves as fast as it can."""
    loop = asyncio.new_event_loop()
    floor = Floor(queue, loop, service)
    try:
        yield floor
    finally:
        floor.dispatcher.close()
        loop.close()
