"""Orders and cancels whose caller is not told whether they were done."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Literal

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.kinds.fields import Share
from mock_exchange.faults.seams import Seams, Serve
from mock_exchange.faults.touching import Silence, mark, subject_of
from mock_exchange.gateway.errors import NO_ANSWER, NO_CLEAR_ANSWER, UNKNOWN_OUTCOME
from mock_exchange.gateway.gateway import WRITES, Gateway
from mock_exchange.stages import Ticket

_REPLIES: Mapping[str, tuple[int, bytes]] = MappingProxyType(
    {"unknown_error": (503, UNKNOWN_OUTCOME), "message_bus": (503, NO_CLEAR_ANSWER), "timeout": (408, NO_ANSWER)}
)


class UnknownExecution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Replaces or withholds replies to whatever writes, done or not."""

    done: bool = True
    reply: Literal["unknown_error", "message_bus", "timeout", "none"] = "unknown_error"
    probability: Share = 1.0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        silence = Silence()
        leave = seams.serving.add(lambda serve: partial(self._serve, seams.gateway, fault, silence, serve))

        def end() -> None:
            leave()
            silence.end()

        return end

    def _serve(self, gateway: Gateway, fault: Fault, silence: Silence, serve: Serve, ticket: Ticket) -> None:
        """One that is not done takes its turn as well, so that nothing about the reply tells which it was."""
        subject = subject_of(ticket)
        if ticket.operation not in WRITES or not fault.touches(subject, self.probability):
            serve(ticket)
            return
        status, body = _REPLIES.get(self.reply, (0, b""))
        if self.done:
            serve(ticket)
            ticket.status, ticket.body = status, body
        else:
            gateway.fail(ticket, status, body)
        if self.reply == "none":
            silence.fall(ticket)
        mark(ticket, fault, subject)
