"""Stale book: the books that are shown stand still while trading goes on."""

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
class StaleBook:
    """Shows books as they were when it began, while trading goes on; best prices stand still with them."""

    kind: ClassVar[str] = "stale_book"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E6", "E7")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"where": "rest"})

    where: str = parameter(
        "streams: depth and bookTicker streams; rest: depth and bookTicker of REST and of the WebSocket API; both",
        default="both",
        choices=("streams", "rest", "both"),
    )
    update_ids: str = parameter(
        "stand_still: those of the book that is shown, and streams catch up on healing; "
        "advance: those of the true book, and what streams have left out is lost",
        default="stand_still",
        choices=("stand_still", "advance"),
    )

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
