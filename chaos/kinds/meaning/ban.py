"""Ban: an address is locked out, with all who share it."""

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
class Ban:
    """Answers every request of an address with 418 and Retry-After and ends its WebSockets, whatever it has done."""

    kind: ClassVar[str] = "ban"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E9",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"ban_s": 10})

    ban_s: int = parameter("length of the ban; healing ends it", default=120, at_least=1, at_most=259_200)
    address: str = parameter("whose ban it is; none: everyone's", default="")

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
