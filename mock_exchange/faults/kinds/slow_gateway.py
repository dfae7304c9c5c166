"""The gateway takes its time with each request, while the engine behind it is idle."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.kinds.fields import Milliseconds, Share
from mock_exchange.faults.seams import Seams, Submit
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.stages import Ticket

_NS_PER_MS: Final = 1_000_000
_NS_PER_S: Final = 1_000_000_000
_HELD_MAX: Final = 10_000
"""Requests beyond pass as if nothing were wrong."""


class SlowGateway(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keeps requests from the queue for a while."""

    latency_ms: Milliseconds
    jitter_ms: Milliseconds = 0.0
    probability: Share = 1.0

    def __post_init__(self) -> None:
        """Raises ValueError, which a decoder makes its own error."""
        if self.jitter_ms > self.latency_ms:
            raise ValueError("jitter_ms must not exceed latency_ms: no delay is negative")

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        held = Held(seams)
        leave = seams.submitting.add(lambda submit: partial(self._submit, held, fault, submit))

        def end() -> None:
            leave()
            held.release()

        return end

    def _submit(self, held: "Held", fault: Fault, submit: Submit, ticket: Ticket) -> bool:
        subject = subject_of(ticket)
        if held.is_full or not fault.touches(subject, self.probability):
            return submit(ticket)
        mark(ticket, fault, subject)
        held.hold(ticket, self.latency_ms + self.jitter_ms * (2 * fault.draw("jitter") - 1))
        return True


class Held:
    """Requests that are not in the engine's queue yet."""

    def __init__(self, seams: Seams) -> None:
        self._seams = seams
        self._held: dict[int, tuple[Ticket, Any]] = {}
        """In the order in which they came, with what will let them go."""
        self._number = 0

    @property
    def is_full(self) -> bool:
        return len(self._held) >= _HELD_MAX

    def hold(self, ticket: Ticket, delay_ms: float) -> None:
        self._number += 1
        self._wait(self._number, ticket, self._seams.monotonic_ns() + round(delay_ms * _NS_PER_MS))

    def release(self) -> None:
        for ticket, timer in [*self._held.values()]:
            timer.cancel()
            self._let_go(ticket)
        self._held.clear()

    def _wait(self, number: int, ticket: Ticket, until_ns: int) -> None:
        """Timers come up to a millisecond early; nobody is let go before the time."""
        left_ns = until_ns - self._seams.monotonic_ns()
        if left_ns > 0:
            timer = self._seams.call_later(left_ns / _NS_PER_S, partial(self._wait, number, ticket, until_ns))
            self._held[number] = ticket, timer
        else:
            self._held.pop(number, None)
            self._let_go(ticket)

    def _let_go(self, ticket: Ticket) -> None:
        """Past all who hold requests back: once is enough, and one of them may have been lifted meanwhile."""
        self._seams.gateway.queue_late(ticket, self._seams.submitting.part)
