"""Slow disk: what is acknowledged has to be safe, and the disk takes its time."""

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
class SlowDisk:
    """Has every sync of the journal take ``delay_ms`` longer: acknowledgements wait, and whatever else tells of it."""

    kind: ClassVar[str] = "slow_disk"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E13",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"delay_ms": 50.0})

    delay_ms: float = parameter("how much longer each sync takes", at_least=0, at_most=60_000)

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
