"""Abort: connections end instead of an answer."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Cut, Ending, Evidence, Phase, Seam, Treatment
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class Abort:
    """Ends the connection of each selected request: before the venue sees it, after it has done it, or in mid-body."""

    kind: ClassVar[str] = "abort"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E1",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"phase": "after", "how": "reset"})

    phase: str = parameter(
        "before: the venue never sees the request; after: it has executed it, and its reply is lost; "
        "mid_body: half of the reply's body comes through",
        default="before",
        choices=tuple(Phase),
    )
    how: str = parameter("reset: by RST; close: in good order, by FIN", default="reset", choices=("reset", "close"))
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment | None:
        ending = Ending(Phase(self.phase), Cut(reset=self.how == "reset"))
        return Treatment(ending=ending) if draws.happens(self.probability) else None
