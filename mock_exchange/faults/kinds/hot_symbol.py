"""The engine takes longer for one symbol's requests; whoever stands behind them in the queue waits for that."""

from collections.abc import Callable

import msgspec

from mock_exchange.faults.fault import Fault, NotPossible, Subject
from mock_exchange.faults.seams import Seams
from mock_exchange.stages import Ticket


class HotSymbol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    factor: float

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        if seams.timed is None:
            raise NotPossible("how long a request takes is what this host takes; start the exchange with service_time")
        if "symbol" not in fault.on:
            raise NotPossible("which symbol is hot? name it under on, as symbol")

        def pace(ticket: Ticket) -> float:
            return self.factor if fault.touches(_subject(ticket)) else 1

        return seams.timed.slow_down(pace)


def _subject(ticket: Ticket) -> Subject:
    asked = ticket.parameters
    return Subject(
        ticket.operation, asked.get("symbol", ""), asked.get("newClientOrderId") or asked.get("origClientOrderId", "")
    )
