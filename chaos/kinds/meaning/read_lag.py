"""Read lag: what was just written cannot be read yet."""

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
class ReadLag:
    """Answers reads of orders and trades as they were ``lag_ms`` ago, but no longer ago than the fault itself."""

    kind: ClassVar[str] = "read_lag"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E21",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"lag_ms": 500})

    lag_ms: float = parameter(
        "how far GET order, openOrders, allOrders and myTrades are behind the engine", at_least=1, at_most=600_000
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
