"""The matching engine stands still while gateways go on taking requests, which wait in its queue."""

from collections.abc import Callable
from functools import partial

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.seams import Seams, Submit
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.stages import Ticket


class EnginePause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Touches the requests that come meanwhile."""

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by()
        leave = seams.submitting.add(lambda submit: partial(self._submit, fault, submit))
        resume = seams.dispatcher.pause()

        def end() -> None:
            leave()
            resume()

        return end

    def _submit(self, fault: Fault, submit: Submit, ticket: Ticket) -> bool:
        subject = subject_of(ticket)
        if fault.touches(subject):
            mark(ticket, fault, subject)
        return submit(ticket)
