"""Late confirmations: user events come long after what they tell of."""

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
class LateConfirmations:
    """Tells user events late and in their order; what was done was done in time, and REST says so."""

    kind: ClassVar[str] = "late_confirmations"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E4",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"delay_ms": 2000, "jitter_ms": 500})

    delay_ms: float = parameter("mean delay", at_least=0, at_most=3_600_000)
    jitter_ms: float = parameter("half-width of the delay's spread", default=0.0, at_least=0, at_most=3_600_000)
    probability: float = share_of("events")

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
