"""The faults in force at the proxy: what they do to a request, whom they touched, and until when they are leased.

Neither sockets nor a clock: times are arguments.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from chaos.draws import Draws
from chaos.kinds import MessageFault, WireFault
from chaos.kinds.fault import Answer, Direction, Ending, Limit, Phase, Treatment
from chaos.selector import Request, Selector

_LIFTED_MAX = 1_000
"""How many lifted faults are remembered for those who ask late."""

_UNANSWERED_MAX = 20_000
"""How many requests without an answer each fault remembers."""

_MS_PER_S = 1_000
_NS_PER_MS = 1_000_000


class Held(Protocol):
    """What a fault holds while it is in force."""

    def waive(self, fault: "ActiveFault") -> None:
        """The fault has been lifted: let go of what it held."""


class Hold:
    """Bytes that are held back, and for which faults. ``release_ns`` moves forward when one of them is lifted."""

    __slots__ = ("_on_change", "_shares", "release_ns")

    def __init__(self, arrived_ns: int, shares: Mapping["ActiveFault", int], on_change: Callable[[], None]) -> None:
        self._shares = dict(shares)
        self._on_change = on_change
        self.release_ns = arrived_ns + sum(self._shares.values())
        for fault in self._shares:
            fault.holding.add(self)

    def waive(self, fault: "ActiveFault") -> None:
        """What it added to the delay is taken back."""
        self.forgo(fault)
        self._on_change()

    def forgo(self, fault: "ActiveFault") -> None:
        """The same, by whoever holds the bytes, and so looks at them again anyway."""
        fault.holding.discard(self)
        self.release_ns -= self._shares.pop(fault, 0)

    def end(self) -> None:
        for fault in self._shares:
            fault.holding.discard(self)
        self._shares.clear()


@dataclass(slots=True, eq=False)
class ActiveFault:
    """A fault of the wire with its owner's lease and the evidence of its effect."""

    id: str
    fault: WireFault | MessageFault
    on: Selector
    seed: int
    lease_ns: int
    ends_ns: int
    seen: int = 0
    """Requests or messages that its selector selected; the ordinal of the next."""
    hits: int = 0
    """Those that it touched."""
    lifted_by: str | None = None
    holding: set[Held] = field(default_factory=set)
    unanswered: dict[int, Request] = field(default_factory=dict)
    """Requests that it touched, by ordinal, whose answer has not been passed on whole."""
    unlogged: int = 0
    """How many more there were than it remembers."""
    _window: int = -1
    _in_window: int = 0

    def next_draws(self) -> Draws:
        """For the next request or message that it selects."""
        ordinal = self.seen
        self.seen += 1
        return Draws(self.seed, self.id, ordinal)

    def meet(self, kind: WireFault, request: Request, wall_ns: int, touch: "Touch") -> None:
        """Decide on a request that it selects, and add to ``touch`` what is done to it. The clock is UTC's."""
        draws = self.next_draws()
        ordinal, treatment = draws.ordinal, kind.treatment(draws)
        if treatment is None:
            return
        if treatment.beyond is not None and not self._exceeds(treatment.beyond, wall_ns):
            return
        if touch.add(self, ordinal, _until_window_ends(treatment, wall_ns)):
            self.hits += 1
            self._remember(ordinal, request)

    def _exceeds(self, limit: Limit, wall_ns: int) -> bool:
        window = wall_ns // (limit.window_ms * _NS_PER_MS)
        if window != self._window:
            self._window, self._in_window = window, 0
        self._in_window += 1
        return self._in_window > limit.requests

    def _remember(self, ordinal: int, request: Request) -> None:
        if len(self.unanswered) < _UNANSWERED_MAX:
            self.unanswered[ordinal] = request
        else:
            self.unlogged += 1


def _until_window_ends(treatment: Treatment, wall_ns: int) -> Treatment:
    """With the Retry-After that a limiter's refusal leaves to the clock."""
    limit, ending = treatment.beyond, treatment.ending
    if limit is None or ending is None or not isinstance(ending.by, Answer) or ending.by.retry_after_s is not None:
        return treatment
    left_ms = limit.window_ms - wall_ns // _NS_PER_MS % limit.window_ms
    answer = replace(ending.by, retry_after_s=-(-left_ms // _MS_PER_S))
    return replace(treatment, ending=replace(ending, by=answer))


class Touch:
    """What the faults in force do to one request together. Its end is decided by the one that was applied first."""

    __slots__ = ("_delays_ns", "_ended_by", "_ending", "_met", "reply_delays_ns")

    def __init__(self) -> None:
        self._delays_ns: dict[ActiveFault, int] = {}
        self.reply_delays_ns: dict[ActiveFault, int] = {}
        self._met: dict[ActiveFault, int] = {}
        self._ending: Ending | None = None
        self._ended_by: ActiveFault | None = None

    def __bool__(self) -> bool:
        return bool(self._met)

    def add(self, fault: ActiveFault, ordinal: int, treatment: Treatment) -> bool:
        """Whether there was anything left for this fault to do."""
        if treatment.ending is not None:
            if self._ending is not None:
                return False
            self._ending, self._ended_by = treatment.ending, fault
        if treatment.hold_ns:
            self._delays_ns[fault] = treatment.hold_ns
        if treatment.reply_hold_ns:
            self.reply_delays_ns[fault] = treatment.reply_hold_ns
        self._met[fault] = ordinal
        return True

    @property
    def marks(self) -> bytes:
        """The ids of the faults, as replies carry them."""
        return ", ".join(fault.id for fault in self._met).encode()

    @property
    def delays_before_ns(self) -> Mapping[ActiveFault, int]:
        """How long the request is held; a reply that the venue will not give is delayed by that."""
        if self._ending is None or self._ending.phase is not Phase.BEFORE:
            return self._delays_ns
        return Counter(self._delays_ns) + Counter(self.reply_delays_ns)

    def ending(self, *phases: Phase) -> tuple[Ending, ActiveFault] | None:
        """How the request ends in one of these phases and for which fault; None as well once that has been lifted."""
        if self._ending is None or self._ended_by is None or self._ended_by.lifted_by is not None:
            return None
        return (self._ending, self._ended_by) if self._ending.phase in phases else None

    def answered(self) -> None:
        """The client has been sent a reply that carries the marks: nobody else need tell."""
        for fault, ordinal in self._met.items():
            fault.unanswered.pop(ordinal, None)


class FaultsInForce:
    """All faults of one proxy process."""

    def __init__(self) -> None:
        self.active: dict[str, ActiveFault] = {}
        self.lifted: dict[str, ActiveFault] = {}
        self._on_requests: dict[ActiveFault, WireFault] = {}
        self.on_messages: Mapping[str, dict[ActiveFault, MessageFault]] = {way: {} for way in Direction}
        """Those that act on messages of WebSockets, by the way that these go. The dictionaries stay the same ones."""

    def apply(self, fault: ActiveFault) -> None:
        self.lifted.pop(fault.id, None)
        self.active[fault.id] = fault
        if isinstance(fault.fault, MessageFault):
            self.on_messages[fault.fault.direction][fault] = fault.fault
        else:
            self._on_requests[fault] = fault.fault

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
        self._on_requests.pop(fault, None)
        for way in self.on_messages.values():
            way.pop(fault, None)
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

    def touch(self, request: Request, wall_ns: int) -> Touch | None:
        """Let every fault that selects the request decide on it. None: no fault touches it."""
        touch = Touch()
        for fault, kind in self._on_requests.items():
            if fault.on.selects(request):
                fault.meet(kind, request, wall_ns, touch)
        return touch or None

    def _remember(self, fault: ActiveFault) -> None:
        self.lifted[fault.id] = fault
        if len(self.lifted) > _LIFTED_MAX:
            self.lifted.pop(next(iter(self.lifted)))
