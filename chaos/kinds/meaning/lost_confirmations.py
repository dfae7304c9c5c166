"""Lost confirmations: fills and orders are real, and their user events never come."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class LostConfirmations:
    """Never tells user events of fills or orders, which are real, and of which REST tells."""

    kind: ClassVar[str] = "lost_confirmations"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E4",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"events": "fills", "probability": 0.5})

    events: str = parameter(
        "fills: reports of fills; orders: all reports of orders and lists; all: those and changes of balances",
        default="orders",
        choices=("fills", "orders", "all"),
    )
    probability: float = share_of("events")

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
