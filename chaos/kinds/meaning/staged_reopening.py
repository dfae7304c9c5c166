"""Staged reopening: markets halt, and open again step by step."""

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
class StagedReopening:
    """Halts the selected symbol, or all: first nothing goes, then cancels only, then orders wait for an auction.

    When the stages are over, or the fault is healed, the status is what it was before; orders that an auction has
    collected trade at one price. A status that an operator sets meanwhile stays.
    """

    kind: ClassVar[str] = "staged_reopening"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E11",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"halt_ms": 2000.0, "cancel_only_ms": 1000.0})

    halt_ms: float = parameter("how long neither orders nor cancels are taken", at_least=0, at_most=3_600_000)
    cancel_only_ms: float = parameter("how long cancels are taken and orders are not", at_least=0, at_most=3_600_000)
    auction_ms: float = parameter(
        "how long orders are collected before they trade at one price", default=0.0, at_least=0, at_most=3_600_000
    )
    status: str = parameter("what the halt is called", default="HALT", choices=("HALT", "BREAK"))

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
