"""Duplicate confirmations: fills are told again, as replays on a reconnect do it."""

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
class DuplicateConfirmations:
    """Tells user events once more, word for word, `delay_ms` after they were told."""

    kind: ClassVar[str] = "duplicate_confirmations"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E3",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"events": "fills", "delay_ms": 1000})

    events: str = parameter(
        "fills: reports of fills; orders: all reports of orders and lists; all: those and changes of balances",
        default="fills",
        choices=("fills", "orders", "all"),
    )
    delay_ms: float = parameter("time from the telling to the repetition", default=0.0, at_least=0, at_most=3_600_000)
    probability: float = share_of("events")

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
