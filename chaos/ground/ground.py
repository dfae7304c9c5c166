"""The ground under the weather, as fault kinds see it. Knows no fault kind and no implementation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chaos.errors import CannotApply


class ProcessControl(Protocol):
    """The target's process, wherever it runs.

    Several faults may hold it at once: it runs again when the last of them has let go.
    """

    def pause(self, holder: str) -> None:
        """Stop the process until ``holder`` resumes it. Raises CannotApply where it cannot be stopped."""

    def resume(self, holder: str) -> None:
        """Let go. Does nothing more when done again, or when the process has ended. Raises CannotHeal."""

    def alive(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class WireOrder:
    """A fault of the wire, as the proxy is told it."""

    id: str
    kind: str
    parameters: Mapping[str, object]
    on: Mapping[str, str]
    seed: int


@dataclass(frozen=True, slots=True)
class Lifted:
    """How a fault of the wire ended: how many requests it touched (None: not known) and what lifted it."""

    hits: int | None
    by: str


class ProxyControl(Protocol):
    """The fault proxy before the target."""

    def apply(self, order: WireOrder) -> None:
        """Bring the fault in force, from the next request on. Raises CannotApply."""

    def heal(self, fault_id: str) -> Lifted:
        """Lift the fault; to lift it again changes nothing. Raises CannotHeal."""


@dataclass(frozen=True, slots=True)
class Ground:
    """All that faults may act on. ``seed`` is the run's; draws derive from it, the fault's id and the request."""

    process: ProcessControl | None = None
    proxy: ProxyControl | None = None
    seed: int = field(default=0)

    def need_process(self) -> ProcessControl:
        if self.process is None:
            raise CannotApply("the target has no process that we may stop; use an embedded or compose target")
        return self.process

    def need_proxy(self) -> ProxyControl:
        if self.proxy is None:
            raise CannotApply("there is no fault proxy before the target; start one with `brownout proxy`")
        return self.proxy
