"""The engine takes longer for one symbol's requests; whoever stands behind them in the queue waits for that."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import msgspec

from mock_exchange.dispatch import Pace
from mock_exchange.faults.fault import Fault, NotPossible
from mock_exchange.faults.seams import Seams
from mock_exchange.faults.touching import mark, subject_of
from mock_exchange.stages import Ticket


class HotSymbol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Multiplies the service time of its requests."""

    factor: Annotated[float, msgspec.Meta(ge=1, le=100_000)]

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        if seams.pacing is None:
            raise NotPossible("how long a request takes is what this host takes; start the exchange with service_time")
        if "symbol" not in fault.on:
            raise NotPossible("which symbol is hot? name it under on, as symbol")
        return seams.pacing.add(lambda pace: partial(self._pace, fault, pace))

    def _pace(self, fault: Fault, pace: Pace, ticket: Ticket) -> float:
        subject = subject_of(ticket)
        if not fault.touches(subject):
            return pace(ticket)
        mark(ticket, fault, subject)
        return self.factor * pace(ticket)
