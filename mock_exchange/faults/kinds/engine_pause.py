"""The matching engine stands still while gateways go on taking requests, which wait in its queue."""

from collections.abc import Callable

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.seams import Seams


class EnginePause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.hits += 1
        return seams.dispatcher.pause()
