"""Full disk: nothing more can be made safe."""

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
class FullDisk:
    """Leaves the journal no room: whatever changes anything is shed, reads go on; nothing acknowledged is lost."""

    kind: ClassVar[str] = "full_disk"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E13",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({})

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
