"""The faults in force at the proxy: what they do to a request, whom they touched, and until when they are leased.

Neither sockets nor a clock: times are arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chaos.draws import Draws
from chaos.kinds import WireFault
from chaos.selector import Request, Selector

_LIFTED_MAX = 1_000
"""How many lifted faults are remembered for those who ask late."""


class Hold:
    """A request that is held back, and for which faults. ``release_ns`` moves forward when one of them is lifted."""

    __slots__ = ("_on_change", "_shares", "release_ns")

    def __init__(self, arrived_ns: int, shares: Mapping["ActiveFault", int], on_change: Callable[[], None]) -> None:
        self._shares = dict(shares)
        self._on_change = on_change
        self.release_ns = arrived_ns + sum(self._shares.values())
        for fault in self._shares:
            fault.holding.add(self)

    def waive(self, fault: "ActiveFault") -> None:
        """The fault has been lifted: what it added to the delay is taken back."""
        self.release_ns -= self._shares.pop(fault, 0)
        self._on_change()

    def end(self) -> None:
        for fault in self._shares:
            fault.holding.discard(self)
        self._shares.clear()


@dataclass(slots=True, eq=False)
class ActiveFault:
    """A fault of the wire with its owner's lease and the evidence of its effect."""

    id: str
    fault: WireFault
    on: Selector
    seed: int
    lease_ns: int
    ends_ns: int
    seen: int = 0
    """Requests that its selector selected; the ordinal of the next."""
    hits: int = 0
    """Requests that it touched."""
    lifted_by: str | None = None
    holding: set[Hold] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Touch:
    """What the faults in force do to one request together: the mark of its response, and each one's delay."""

    marks: bytes
    delays_ns: Mapping[ActiveFault, int]


class FaultsInForce:
    """All faults of one proxy process."""

    def __init__(self) -> None:
        self.active: dict[str, ActiveFault] = {}
        self.lifted: dict[str, ActiveFault] = {}

    def apply(self, fault: ActiveFault) -> None:
        self.lifted.pop(fault.id, None)
        self.active[fault.id] = fault

    def renew(self, fault_id: str, now_ns: int) -> bool:
        """Whether there was a fault whose lease could begin anew."""
        fault = self.active.get(fault_id)
        if fault is not None:
            fault.ends_ns = now_ns + fault.lease_ns
        return fault is not None

    def lift(self, fault_id: str, by: str) -> ActiveFault | None:
        """Lift it, release at once what it holds, and say how it ended. None for a fault that nobody knows."""
        fault = self.active.pop(fault_id, None)
        if fault is None:
            return self.lifted.get(fault_id)
        fault.lifted_by = by
        held, fault.holding = fault.holding, set()
        for hold in held:
            hold.waive(fault)
        self._remember(fault)
        return fault

    def lift_all(self, by: str) -> None:
        for fault_id in list(self.active):
            self.lift(fault_id, by)

    def lift_expired(self, now_ns: int) -> None:
        for fault in list(self.active.values()):
            if fault.ends_ns <= now_ns:
                self.lift(fault.id, "lease")

    def touch(self, request: Request) -> Touch | None:
        """Let every fault that selects the request decide on it."""
        delays_ns: dict[ActiveFault, int] = {}
        for fault in self.active.values():
            if not fault.on.selects(request):
                continue
            treatment = fault.fault.treatment(Draws(fault.seed, fault.id, fault.seen))
            fault.seen += 1
            if treatment is not None:
                fault.hits += 1
                delays_ns[fault] = treatment.hold_ns
        if not delays_ns:
            return None
        return Touch(", ".join(fault.id for fault in delays_ns).encode(), delays_ns)

    def _remember(self, fault: ActiveFault) -> None:
        self.lifted[fault.id] = fault
        if len(self.lifted) > _LIFTED_MAX:
            self.lifted.pop(next(iter(self.lifted)))
