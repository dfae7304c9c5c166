"""Stale balances: an account is shown what it had."""

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
class StaleBalances:
    """Answers GET account with balances of some time ago, while the engine goes by the right ones."""

    kind: ClassVar[str] = "stale_balances"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E21",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({})

    lag_ms: float = parameter(
        "how far behind, but no further than the fault's beginning; 0: those of the beginning, as long as it lasts",
        default=0.0,
        at_least=0,
        at_most=600_000,
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
