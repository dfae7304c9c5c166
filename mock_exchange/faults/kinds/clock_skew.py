"""The gateways' clock is wrong, by so much or by more and more; the engine's is right."""

from collections.abc import Callable
from typing import Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.seams import Seams
from mock_exchange.faults.whole import affects_all

_NS_PER_MS: Final = 1_000_000
_MS_PER_S: Final = 1000


class ClockSkew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    offset_ms: float
    drift_ms_per_s: float = 0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        affects_all(fault)
        monotonic_ns = seams.clock.monotonic_ns
        began_ns = monotonic_ns()

        def skew() -> int:
            drifted_ns = (monotonic_ns() - began_ns) * self.drift_ms_per_s / _MS_PER_S
            return round(self.offset_ms * _NS_PER_MS + drifted_ns)

        def noticed() -> None:
            fault.hits += 1

        return seams.server_time.skew(skew, noticed)
