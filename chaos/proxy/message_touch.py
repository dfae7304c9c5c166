"""What the faults in force do to one message on a WebSocket together."""

from collections.abc import Mapping

from chaos.kinds import MessageFault
from chaos.kinds.fault import MessageTreatment
from chaos.proxy.faults import ActiveFault
from chaos.selector import Message


class MessageTouch:
    """Delays add up, and so do repetitions; what one fault has dropped is left to no other."""

    __slots__ = ("again", "again_after_ns", "delays_ns", "dropped", "swaps_ns")

    def __init__(self) -> None:
        self.dropped = False
        self.delays_ns: dict[ActiveFault, int] = {}
        self.swaps_ns: dict[ActiveFault, int] = {}
        """For which faults, and for how long, it lets the next one overtake it."""
        self.again = 0
        self.again_after_ns: dict[ActiveFault, int] = {}

    def add(self, fault: ActiveFault, treatment: MessageTreatment) -> bool:
        """Whether there was anything left for this fault to do."""
        if self.dropped:
            return False
        self.dropped = treatment.dropped
        self.again += treatment.again
        for shares_ns, share_ns in (
            (self.delays_ns, treatment.hold_ns),
            (self.swaps_ns, treatment.swap_within_ns),
            (self.again_after_ns, treatment.again_after_ns),
        ):
            if share_ns:
                shares_ns[fault] = share_ns
        return True


def touch_of(message: Message, in_force: Mapping[ActiveFault, MessageFault]) -> MessageTouch | None:
    """Let every fault that selects the message decide on it. None: no fault touches it."""
    touch: MessageTouch | None = None
    for fault, kind in in_force.items():
        if not fault.on.selects_message(message):
            continue
        treatment = kind.message_treatment(fault.next_draws())
        if treatment is not None:
            touch = touch or MessageTouch()
            fault.hits += touch.add(fault, treatment)
    return touch
