"""The gateways' clock is wrong, by so much or by more and more; the engine's is right."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from mock_exchange.faults.fault import Fault
from mock_exchange.faults.seams import Seams

_NS_PER_MS: Final = 1_000_000
_MS_PER_S: Final = 1000


class ClockSkew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Is wrong by an offset and a drift."""

    offset_ms: Annotated[float, msgspec.Meta(ge=-86_400_000, le=86_400_000)]
    drift_ms_per_s: Annotated[float, msgspec.Meta(ge=-10_000, le=10_000)] = 0

    def begin(self, seams: Seams, fault: Fault) -> Callable[[], None]:
        fault.check_selects_by()
        monotonic_ns = seams.monotonic_ns
        began_ns = monotonic_ns()

        def skew() -> int:
            drifted_ns = (monotonic_ns() - began_ns) * self.drift_ms_per_s / _MS_PER_S
            return round(self.offset_ms * _NS_PER_MS + drifted_ns)

        def noticed() -> None:
            fault.hits += 1

        return seams.desk.server_time.skew(skew, noticed)
