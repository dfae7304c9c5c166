"""When a queued request is served: at once, or when the service-time model says so.

Both dispatchers take who is next from the queue, check once more that the request's window is open and that it has not
waited too long, let the gateway do the work, and write the replies of a batch in one go per connection.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from mock_exchange.admission import AdmissionQueue
from mock_exchange.precise_timer import precise_timer
from mock_exchange.service_time import SingleServer
from mock_exchange.stages import BatchObserver, Ticket

_BATCH = 128
"""Requests served before the sockets are read again. The queue then fills while we work, as it does on a busy venue,
and what does not fit is refused early, instead of piling up unseen in socket buffers."""

_STALL_NS = 50_000_000
"""A timer this late is not the host's jitter: the process stood still, and no work was done meanwhile."""


WhenDurable = Callable[[Callable[[], None]], None]
"""Calls back once all that was applied so far is safe."""
MonotonicNs = Callable[[], int]
"""Monotonic nanoseconds."""
Pace = Callable[[Ticket], float]
"""How many times its usual time a service takes."""


def _usual(ticket: Ticket) -> float:  # noqa: ARG001 - every request's
    return 1.0


class Desk(Protocol):
    """Who does the work."""

    def serve(self, ticket: Ticket) -> None: ...

    def expire(self, ticket: Ticket) -> None: ...

    def shed(self, ticket: Ticket) -> None: ...


class Dispatcher(Protocol):
    """Decides when each ticket is served."""

    def submit(self, ticket: Ticket) -> bool:
        """Queue the ticket; False where the queue does not take it."""

    def pause(self) -> Callable[[], None]:
        """Take nothing more from the queue until what is returned is called; pauses add up."""

    def close(self) -> None: ...


class Pauses:
    """How many want nothing to be served; resumes with the last that lets go."""

    def __init__(self, resume: Callable[[], None]) -> None:
        self.count = 0
        self._resume = resume

    def add(self) -> Callable[[], None]:
        self.count += 1
        return self._end

    def _end(self) -> None:
        self.count -= 1
        if not self.count:
            self._resume()


class _Closing:
    """Finishes tickets: once what they did is safe, their replies are written, and their observers told."""

    def __init__(
        self, desk: Desk, observers: Sequence[BatchObserver], when_durable: WhenDurable, monotonic_ns: MonotonicNs
    ) -> None:
        self.desk = desk
        self._when_durable = when_durable
        self._observers = tuple(observers)
        self.monotonic_ns = monotonic_ns

    def work(self, ticket: Ticket, taken_ns: int) -> None:
        ticket.taken_ns = taken_ns
        self.desk.serve(ticket)
        ticket.matched_ns = self.monotonic_ns()

    def turn_away(self, ticket: Ticket, begins_ns: int, patience_ns: int, now_ns: int) -> bool:
        """Whether its service, which would begin then, comes too late; its reply says so."""
        if ticket.expires_ns < begins_ns:
            self.desk.expire(ticket)
        elif begins_ns - ticket.queued_ns > patience_ns:
            self.desk.shed(ticket)
        else:
            return False
        ticket.taken_ns = ticket.matched_ns = now_ns
        return True

    def finish(self, tickets: list[Ticket]) -> None:
        if tickets:
            self._when_durable(partial(self._write, tickets))

    def _write(self, tickets: list[Ticket]) -> None:
        synced_ns = self.monotonic_ns()
        for ticket in tickets:
            ticket.turn.answer(ticket.status, ticket.body)
        for ticket in tickets:
            ticket.turn.flush()
        written_ns = self.monotonic_ns()
        for observe in self._observers:
            observe(tickets, synced_ns, written_ns)


class ImmediateDispatcher:
    """No model: the capacity is what the core can do. Serves after the sockets that are ready have been read."""

    def __init__(
        self,
        queue: AdmissionQueue,
        desk: Desk,
        *,
        observers: Sequence[BatchObserver],
        when_durable: WhenDurable,
        monotonic_ns: MonotonicNs,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._queue = queue
        self._closing = _Closing(desk, observers, when_durable, monotonic_ns)
        self._loop = loop
        self._is_scheduled = False
        """Or is not to be: a paused dispatcher counts as one that has been scheduled."""
        self._pauses = Pauses(self._resume)

    def submit(self, ticket: Ticket) -> bool:
        if not self._queue.offer(ticket):
            return False
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._serve_batch)
        return True

    def pause(self) -> Callable[[], None]:
        self._is_scheduled = True
        return self._pauses.add()

    def _resume(self) -> None:
        self._loop.call_soon(self._serve_batch)

    def close(self) -> None:
        """Nothing to release."""

    def _serve_batch(self) -> None:
        if self._pauses.count:
            return
        queue, closing = self._queue, self._closing
        take, serve, monotonic_ns, patience_ns = queue.take, closing.desk.serve, closing.monotonic_ns, queue.patience_ns
        finished = []
        now_ns = monotonic_ns()
        for _ in range(_BATCH):
            ticket = take(now_ns)
            if ticket is None:
                break
            finished.append(ticket)
            if ticket.expires_ns < now_ns or now_ns - ticket.queued_ns > patience_ns:
                closing.turn_away(ticket, now_ns, patience_ns, now_ns)
            else:
                ticket.taken_ns = now_ns
                serve(ticket)
                ticket.matched_ns = now_ns = monotonic_ns()
        self._is_scheduled = len(queue) > 0  # before anything that may raise: whoever still waits must be served
        if self._is_scheduled:
            self._loop.call_soon(self._serve_batch)
        closing.finish(finished)


class TimedDispatcher:
    """A server of known capacity: one request at a time, each for as long as the model draws.

    The state change and the reply of the one in service come when its service is complete.
    """

    def __init__(
        self,
        queue: AdmissionQueue,
        desk: Desk,
        *,
        server: SingleServer,
        observers: Sequence[BatchObserver],
        when_durable: WhenDurable,
        monotonic_ns: MonotonicNs,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._queue = queue
        self._server = server
        self._closing = _Closing(desk, observers, when_durable, monotonic_ns)
        self._timer = precise_timer(loop, self._advance)
        self._began_ns = 0
        self._completes_ns = 0
        """On paper: the timer may be late."""
        self._pauses = Pauses(self._resume)
        self.pace: Pace = _usual
        """Faults stand here."""

    def submit(self, ticket: Ticket) -> bool:
        if not self._queue.offer(ticket):
            return False
        if self._queue.in_service is None:
            self._closing.finish(self._begin_next(ticket.queued_ns))
        return True

    def pause(self) -> Callable[[], None]:
        return self._pauses.add()

    def _resume(self) -> None:
        now_ns = self._closing.monotonic_ns()
        self._server.resume_at(now_ns)
        if self._queue.in_service is None:
            self._closing.finish(self._begin_next(now_ns))

    def close(self) -> None:
        self._timer.close()

    def _begin_next(self, now_ns: int) -> list[Ticket]:
        """Take the next one that is still in time into service, and arm the timer; returns those that were not."""
        queue, server, late = self._queue, self._server, list[Ticket]()
        if self._pauses.count:
            return late
        while (ticket := queue.take(server.free_at_ns)) is not None:
            begins_ns = server.begins_at(ticket.queued_ns)
            if not self._closing.turn_away(ticket, begins_ns, queue.patience_ns, now_ns):
                queue.in_service, self._began_ns = ticket, begins_ns
                self._completes_ns = server.begin(ticket.queued_ns, self.pace(ticket))
                self._timer.wake_at(self._completes_ns)
                break
            late.append(ticket)
        return late

    def _advance(self) -> None:
        """The timer fired: complete what is due, on paper, by now."""
        queue, finished = self._queue, list[Ticket]()
        now_ns = self._closing.monotonic_ns()
        if queue.in_service is not None and now_ns - self._completes_ns > _STALL_NS:
            self._server.resume_at(now_ns)
        while (ticket := queue.in_service) is not None and self._completes_ns <= now_ns:
            queue.in_service = None
            self._closing.work(ticket, self._began_ns)
            finished.append(ticket)
            finished.extend(self._begin_next(now_ns))
        if queue.in_service is not None and not finished:
            self._timer.wake_at(self._completes_ns)
        self._closing.finish(finished)
