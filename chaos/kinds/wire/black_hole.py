"""Black hole: requests go in and nothing comes out."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Ending, Evidence, Phase, Seam, Silence, Treatment
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class BlackHole:
    """Leaves each selected request without an answer on a connection that stays open, and is reset on healing."""

    kind: ClassVar[str] = "black_hole"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E1", "E4")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"phase": "before"})

    phase: str = parameter(
        "before: the venue never sees the request; after: it has executed it, and its reply is lost",
        default="before",
        choices=("before", "after"),
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment | None:
        return Treatment(ending=Ending(Phase(self.phase), Silence())) if draws.happens(self.probability) else None
