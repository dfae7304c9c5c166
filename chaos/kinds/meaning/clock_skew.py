"""Clock skew: the venue's gateways have the wrong time."""

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
class ClockSkew:
    """Sets the gateways' clock wrong: the server's time is told so, and timestamps are refused by it with -1021.

    The engine's clock stays right, and so do the times of orders and trades and the windows of rate limits. A positive
    offset is a clock that is ahead. Healing puts it right at once.
    """

    kind: ClassVar[str] = "clock_skew"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E8",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"offset_ms": 6000.0})

    offset_ms: float = parameter("how far the clock is ahead", at_least=-86_400_000, at_most=86_400_000)
    drift_ms_per_s: float = parameter("how much further it gets ahead", default=0.0, at_least=-10_000, at_most=10_000)

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
