"""Unseen fills: orders are shown as if nothing of them had been executed."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class UnseenFills:
    """Shows orders as if nothing of them were executed, in replies and user events; balances and trades are true."""

    kind: ClassVar[str] = "unseen_fills"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E18",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({})

    probability: float = parameter(
        "share of the selected orders, as often as they are shown, whose fills are left out",
        default=1.0,
        at_least=0,
        at_most=1,
    )

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
