"""The faults in force: begun, renewed, lifted, and lifted by the exchange itself once their lease is over."""

from collections.abc import Callable

from mock_exchange.faults.fault import Fault, Kind
from mock_exchange.faults.seams import Seams
from mock_exchange.streams.cadence import CallLater

_LOOK_AT_LEASES_EVERY_S = 0.1
_LIFTED_MAX = 1_000
"""How many lifted faults are remembered for those who ask late."""


class FaultsInForce:
    """All faults of one exchange. Leases are looked at only while there are some."""

    def __init__(self, seams: Seams, monotonic_ns: Callable[[], int], call_later: CallLater) -> None:
        self.active: dict[str, Fault] = {}
        self.lifted: dict[str, Fault] = {}
        self._seams = seams
        self._monotonic_ns = monotonic_ns
        self._call_later = call_later
        self._endings: dict[str, Callable[[], None]] = {}

    def begin(self, kind: Kind, fault: Fault) -> None:
        """Let it in, leased from now on. Raises NotPossible."""
        fault.ends_ns = self._monotonic_ns() + fault.lease_ns
        is_first = not self.active
        self._endings[fault.id] = kind.begin(self._seams, fault)
        self.lifted.pop(fault.id, None)
        self.active[fault.id] = fault
        if is_first:
            self._call_later(_LOOK_AT_LEASES_EVERY_S, self._lift_expired)

    def renew(self, fault_id: str) -> bool:
        """Whether there was a fault whose lease could begin anew."""
        fault = self.active.get(fault_id)
        if fault is not None:
            fault.ends_ns = self._monotonic_ns() + fault.lease_ns
        return fault is not None

    def lift(self, fault_id: str, by: str) -> Fault | None:
        """Lift it, and say how it ended. None for a fault that nobody knows."""
        fault = self.active.pop(fault_id, None)
        if fault is None:
            return self.lifted.get(fault_id)
        fault.lifted_by = by
        self._endings.pop(fault_id)()
        self.lifted[fault_id] = fault
        if len(self.lifted) > _LIFTED_MAX:
            self.lifted.pop(next(iter(self.lifted)))
        return fault

    def lift_all(self, by: str) -> None:
        for fault_id in list(self.active):
            self.lift(fault_id, by)

    def _lift_expired(self) -> None:
        now_ns = self._monotonic_ns()
        for fault in list(self.active.values()):
            if fault.ends_ns <= now_ns:
                self.lift(fault.id, "lease")
        if self.active:
            self._call_later(_LOOK_AT_LEASES_EVERY_S, self._lift_expired)
