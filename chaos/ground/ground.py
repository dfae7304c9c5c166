"""The ground under the weather, as fault kinds see it. Knows no fault kind and no implementation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chaos.errors import CannotApply
from chaos.ground.durable_state import DurableState


class ProcessControl(Protocol):
    """The target's process, wherever it runs.

    Several faults may hold it at once: it runs again when the last of them has let go.
    """

    def pause(self, holder: str) -> None:
        """Stop the process until ``holder`` resumes it. Raises CannotApply where it cannot be stopped."""

    def resume(self, holder: str) -> None:
        """Let go. Does nothing more when done again, or when the process has ended. Raises CannotHeal."""

    def take_down(self, holder: str, *, gracefully: bool) -> None:
        """End the process, by SIGKILL or with time to finish, and keep it down until ``holder`` brings it up.

        Returns once it is down. Raises CannotApply.
        """

    def bring_up(self, holder: str) -> None:
        """Let go. With the last holder it is started again where it was, and serves when this returns.

        Does nothing more when done again. Raises CannotHeal.
        """

    def limit_cpu(self, holder: str, percent: float) -> None:
        """Leave it so many percent of one core until ``holder`` lifts that; the lowest holds. Raises CannotApply."""

    def lift_cpu_limit(self, holder: str) -> None:
        """Let go. Does nothing more when done again. Raises CannotHeal."""

    def cut_off(self, holder: str) -> None:
        """Take it off the network to its clients until ``holder`` reconnects it. Raises CannotApply."""

    def reconnect(self, holder: str) -> None:
        """Let go. Does nothing more when done again. Raises CannotHeal."""

    def leftovers(self) -> list[str]:
        """What is not as it was before any fault, as its state and not our memory has it; empty where nothing is."""

    def alive(self) -> bool: ...

    @property
    def is_down(self) -> bool:
        """Whether a fault has taken it down and not brought it up yet."""


@dataclass(frozen=True, slots=True)
class FaultOrder:
    """A fault as whoever holds it for us is told it: the proxy, or the exchange."""

    id: str
    kind: str
    parameters: Mapping[str, object]
    on: Mapping[str, str]
    seed: int


@dataclass(frozen=True, slots=True)
class Lifted:
    """How such a fault ended: how much it touched (None: not known) and what lifted it."""

    hits: int | None
    by: str
    lost_orders: tuple[str, ...] = ()
    """Client order ids of orders that it touched and whose reply never came, so that no mark tells of it."""


class FaultControl(Protocol):
    """Who holds faults under a lease, and lifts them by itself when nobody renews it: the fault proxy before the
    target for faults of the wire, the exchange's admin port for faults of meaning.
    """

    def apply(self, order: FaultOrder) -> None:
        """Bring the fault in force, from now on. Raises CannotApply."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def heal(self, fault_id: str) -> Lifted:
        """Lift the fault; to lift it again changes nothing. Raises CannotHeal."""

    def in_force(self) -> list[str]:
        """Ids of the faults that it holds now, whoever ordered them. Raises CannotHeal where it does not tell."""


@dataclass(frozen=True, slots=True)
class Ground:
    """All that faults may act on. ``seed`` is the run's; draws derive from it, the fault's id and the request."""

    process: ProcessControl | None = None
    proxy: FaultControl | None = None
    venue: FaultControl | None = None
    answers: Callable[[], bool] | None = None
    """Asks the target once, as a client would, and waits no longer than a second."""
    seed: int = field(default=0)
    durable_state: DurableState | None = None

    def need_process(self) -> ProcessControl:
        if self.process is None:
            raise CannotApply("the target has no process that we may stop; use an embedded or compose target")
        return self.process

    def need_proxy(self) -> FaultControl:
        if self.proxy is None:
            raise CannotApply("there is no fault proxy before the target; start one with `brownout proxy`")
        return self.proxy

    def need_venue(self) -> FaultControl:
        if self.venue is None:
            raise CannotApply("the target has no admin port for faults of meaning; use an embedded or compose target")
        return self.venue

    def need_durable_state(self) -> DurableState:
        if self.durable_state is None:
            raise CannotApply(
                "there is nothing on disk that a standby could know an older state of; "
                "use an embedded target whose exchange is durable"
            )
        return self.durable_state
