"""Mispricing: the price that everyone trusts is wrong, and the book is right."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.errors import InvalidFault
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class Mispricing:
    """Has the average price of the selected symbol, or of all, wrong: for filters, ``avgPrice`` and its stream.

    Orders at the price of the book may then be refused by the percent-price filters, and others let in.
    """

    kind: ClassVar[str] = "mispricing"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E16",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"percent_off": -35.0})

    percent_off: float = parameter("how far it is off", default=0.0, at_least=-99, at_most=1_000)
    stands_still: bool = parameter("it follows no trade from then on", default=False)

    def __post_init__(self) -> None:
        check_parameters(self)
        if not self.percent_off and not self.stands_still:
            raise InvalidFault("with.percent_off", self.percent_off, "must not be 0 unless stands_still is true")

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
