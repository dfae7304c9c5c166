"""Unknown execution: the caller is not told what became of its order."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class UnknownExecution:
    """Keeps from the callers of orders, cancels and amendments whether they were done: by a reply that leaves it open,
    or by none until the fault is lifted, when their connections end."""

    kind: ClassVar[str] = "unknown_execution"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E1",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"done": False, "reply": "timeout"})

    done: bool = parameter("true: the engine does it; false: it never sees it", default=True)
    reply: str = parameter(
        "unknown_error: 503 Unknown error (-1000); message_bus: 503 (-1006); timeout: 408 (-1007); none: silence",
        default="unknown_error",
        choices=("unknown_error", "message_bus", "timeout", "none"),
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
