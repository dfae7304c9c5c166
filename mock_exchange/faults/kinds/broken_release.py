"""A release that passed every test: some requests fail now, by what they ask for or once there are many of them."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.kinds.fields import Share
from mock_exchange.faults.seams import Seams, Serve
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.gateway.errors import error_json
from mock_exchange.gateway.gateway import Gateway
from mock_exchange.stages import Ticket

_NS_PER_S: Final = 1_000_000_000


class Rate:
    """How many there have been in the second that is running, counted on the monotonic clock."""

    def __init__(self, monotonic_ns: Callable[[], int]) -> None:
        self._monotonic_ns = monotonic_ns
        self._second = -1
        self._count = 0

    def count(self) -> int:
        """This one included."""
        second = self._monotonic_ns() // _NS_PER_S
        self._count = self._count + 1 if second == self._second else 1
        self._second = second
        return self._count


class BrokenRelease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fails what the release broke, before or after the engine has done it."""

    named: str = ""
    value: str = ""
    above_per_s: Annotated[int, msgspec.Meta(ge=0)] = 0
    done: bool = False
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 500
    code: Annotated[int, msgspec.Meta(ge=-99_999, le=-1)] = -1000
    message: str = "An unknown error occurred while processing the request."
    probability: Share = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        rate = Rate(seams.monotonic_ns)
        return seams.serving.add(lambda serve: partial(self._serve, rate, seams.gateway, fault, serve))

    def _serve(self, rate: Rate, gateway: Gateway, fault: Fault, serve: Serve, ticket: Ticket) -> None:
        subject = subject_of(ticket)
        is_broken = self._is_concerned(ticket) and fault.selects(subject) and rate.count() > self.above_per_s
        if not is_broken or not fault.touches(subject, self.probability):
            serve(ticket)
            return
        body = error_json(self.code, self.message)
        if self.done:
            serve(ticket)
            ticket.status, ticket.body = self.status, body
        else:
            gateway.fail(ticket, self.status, body)
        mark(ticket, fault, subject)

    def _is_concerned(self, ticket: Ticket) -> bool:
        return not self.named or (ticket.call is not None and ticket.call.parameters.get(self.named) == self.value)
