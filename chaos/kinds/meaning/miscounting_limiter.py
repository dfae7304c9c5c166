"""Miscounting limiter: it refuses what is within the limits that it publishes."""

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
class MiscountingLimiter:
    """Counts ``factor`` times the weight of each request, while the limits and counts in replies stay right."""

    kind: ClassVar[str] = "miscounting_limiter"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E10",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"factor": 100})

    factor: int = parameter("by which weights are multiplied", default=10, at_least=1, at_most=1_000_000)
    counts_free: bool = parameter("count orders and cancels that succeed, too, which weigh nothing", default=False)

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
