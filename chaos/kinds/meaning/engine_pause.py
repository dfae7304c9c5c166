"""Engine pause: matching stands still, while the venue's gateways go on taking requests."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class EnginePause:
    """Stops the matching engine; requests wait in its queue, are shed where it is full, and expire in it."""

    kind: ClassVar[str] = "engine_pause"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E11",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({})

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
