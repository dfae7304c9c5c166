"""Wrong book: levels are wrong under update ids without a gap."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.errors import InvalidFault
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class WrongBook:
    """Shows books whose levels are off, under update ids without a gap; the engine's own is right."""

    kind: ClassVar[str] = "wrong_book"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E6",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"where": "streams", "quantity_off_percent": 50})

    where: str = parameter(
        "streams: depth streams, partial ones included; rest: depth of REST and of the WebSocket API; both",
        default="streams",
        choices=("streams", "rest", "both"),
    )
    price_off_percent: float = parameter(
        "every price is off by this part of the middle price as it began", default=0.0, at_least=-90, at_most=1_000
    )
    quantity_off_percent: float = parameter(
        "every quantity is off by this part of it", default=0.0, at_least=-90, at_most=1_000
    )
    probability: float = share_of("messages and snapshots")

    def __post_init__(self) -> None:
        check_parameters(self)
        if not self.price_off_percent and not self.quantity_off_percent:
            raise InvalidFault("with", {}, "must have price_off_percent or quantity_off_percent, or nothing is wrong")

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
