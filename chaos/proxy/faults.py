"""The faults in force at the proxy: what they do to a request, whom they touched, and until when they are leased.

Neither sockets nor a clock: times are arguments.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from chaos.draws import Draws
from chaos.kinds import MessageFault, WireFault
from chaos.kinds.fault import Answer, Ending, Limit, Phase, StreamFault, Treatment
from chaos.kinds.stream import NEVER_NS, Decides, Direction, Shaping
from chaos.proxy.unanswered import Client, Unanswered
from chaos.selector import ALL, Request, Selector

_LIFTED_MAX = 1_000
"""How many lifted faults are remembered for those who ask late."""

_MS_PER_S = 1_000
_NS_PER_MS = 1_000_000


class Held(Protocol):
    """What a fault holds while it is in force."""

    def waive(self, fault: "ActiveFault") -> None:
        """The fault has been lifted: let go of what it held."""


class Hearer(Protocol):
    """Who wants to know of faults at once, and not with the next request."""

    def meet(self, fault: "ActiveFault") -> None:
        """A fault that shapes bytes has been applied, or has changed."""


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
    ends_ns: int = NEVER_NS
    proxy: str | None = None
    """The listener that it is confined to; None for all."""
    seen: int = 0
    """Requests or messages that its selector selected, and connections that count as one; the ordinal of the next."""
    hits: int = 0
    """Those that it touched."""
    lifted_by: str | None = None
    holding: set[Held] = field(default_factory=set)
    unanswered: Unanswered = field(default_factory=Unanswered)
    shaping: Shaping | None = field(init=False)
    """How it shapes bytes; None for a kind that does not."""
    _window: int = -1
    _in_window: int = 0

    def __post_init__(self) -> None:
        self.become(self.fault)

    def become(self, fault: WireFault | MessageFault) -> None:
        """The same fault with other parameters."""
        self.fault = fault
        self.shaping = fault.shaping if isinstance(fault, StreamFault) else None

    @property
    def selects_connections(self) -> bool:
        """A connection says nothing that it could be selected by."""
        return self.on == ALL

    def selects(self, request: Request, proxy: str) -> bool:
        return (
            self.proxy in (None, proxy)
            and self.on.selects(request)
            and (self.shaping is None or self.shaping.decides is not Decides.ONLY_AT_THE_END)
        )

    def next_draws(self) -> Draws:
        """For the next request or message that it selects."""
        return Draws(self.seed, self.id, self.next_ordinal())

    def meet(self, kind: WireFault, request: Request, client: Client, wall_ns: int, touch: "Touch") -> None:
        """Decide on a request of ``client`` that it selects, and add to ``touch`` what is done. The clock is UTC's."""
        draws = self.next_draws()
        treatment = kind.treatment(draws)
        if treatment is None:
            return
        if treatment.beyond is not None and not self._exceeds(treatment.beyond, wall_ns):
            return
        if touch.add(self, draws, _until_window_ends(treatment, wall_ns)):
            self.hits += 1
            may_be_lost = treatment.shaping is not None and treatment.shaping.loses_replies
            self.unanswered.remember(draws.ordinal, request, client, may_be_lost_on_the_way=may_be_lost)

    def next_ordinal(self) -> int:
        self.seen += 1
        return self.seen - 1

    def decides_on(self, ordinal: int) -> Draws | None:
        """The draws of a connection that counts as one request, if the fault acts on it."""
        draws = Draws(self.seed, self.id, ordinal)
        acts = isinstance(self.fault, StreamFault) and self.fault.treatment(draws) is not None
        return draws if acts else None

    def _exceeds(self, limit: Limit, wall_ns: int) -> bool:
        window = wall_ns // (limit.window_ms * _NS_PER_MS)
        if window != self._window:
            self._window, self._in_window = window, 0
        self._in_window += 1
        return self._in_window > limit.requests


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

    __slots__ = ("_delays_ns", "_ended_by", "_ending", "_met", "_shapings", "reply_delays_ns")

    def __init__(self) -> None:
        self._delays_ns: dict[ActiveFault, int] = {}
        self.reply_delays_ns: dict[ActiveFault, int] = {}
        self._met: dict[ActiveFault, int] = {}
        self._shapings: dict[ActiveFault, tuple[Draws, Shaping]] = {}
        self._ending: Ending | None = None
        self._ended_by: ActiveFault | None = None

    def __bool__(self) -> bool:
        return bool(self._met)

    def add(self, fault: ActiveFault, draws: Draws, treatment: Treatment) -> bool:
        """Whether there was anything left for this fault to do."""
        if treatment.ending is not None:
            if self._ending is not None:
                return False
            self._ending, self._ended_by = treatment.ending, fault
        if treatment.hold_ns:
            self._delays_ns[fault] = treatment.hold_ns
        if treatment.reply_hold_ns:
            self.reply_delays_ns[fault] = treatment.reply_hold_ns
        if treatment.shaping is not None:
            self._shapings[fault] = draws, treatment.shaping
        self._met[fault] = draws.ordinal
        return True

    def shaping(self, direction: Direction) -> dict[ActiveFault, Draws]:
        """The faults that shape its bytes this way, with their draws."""
        return {fault: draws for fault, (draws, shaping) in self._shapings.items() if shaping.direction is direction}

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
        """The client has been sent a reply that carries the marks."""
        for fault, ordinal in self._met.items():
            fault.unanswered.answered(ordinal)


class FaultsInForce:
    """All faults of one proxy process."""

    def __init__(self) -> None:
        self.active: dict[str, ActiveFault] = {}
        self.lifted: dict[str, ActiveFault] = {}
        self.hearers: set[Hearer] = set()
        self.on_requests: dict[ActiveFault, WireFault] = {}
        self.on_messages: Mapping[Direction, dict[ActiveFault, MessageFault]] = {way: {} for way in Direction}
        """Those that act on messages of WebSockets, by the way that these go. The dictionaries stay the same ones."""

    def apply(self, fault: ActiveFault) -> None:
        self.lifted.pop(fault.id, None)
        self.active[fault.id] = fault
        if isinstance(fault.fault, MessageFault):
            self.on_messages[Direction(fault.fault.direction)][fault] = fault.fault
        else:
            self.on_requests[fault] = fault.fault
        self._tell(fault)

    def change(self, fault: ActiveFault, to: WireFault) -> None:
        """Other parameters from now on; what it holds by the old ones is released."""
        fault.become(to)
        self.on_requests[fault] = to
        self._tell(fault)

    def renew(self, fault_id: str, now_ns: int) -> bool:
        """Whether there was a fault whose lease could begin anew."""
        fault = self.active.get(fault_id)
        if fault is not None and fault.lease_ns:
            fault.ends_ns = now_ns + fault.lease_ns
        return fault is not None

    def lift(self, fault_id: str, by: str) -> ActiveFault | None:
        """Lift it, release at once what it holds, and say how it ended. None for a fault that nobody knows."""
        fault = self.active.pop(fault_id, None)
        if fault is None:
            return self.lifted.get(fault_id)
        fault.lifted_by = by
        self.on_requests.pop(fault, None)
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

    def _tell(self, fault: ActiveFault) -> None:
        if fault.shaping is not None:
            for hearer in list(self.hearers):
                hearer.meet(fault)

    def _remember(self, fault: ActiveFault) -> None:
        self.lifted[fault.id] = fault
        if len(self.lifted) > _LIFTED_MAX:
            self.lifted.pop(next(iter(self.lifted)))
