"""Limiter storm: limits that were wide are narrow, and whoever goes on is banned."""

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
class LimiterStorm:
    """Shrinks all published limits to ``percent``, on the venue's own figures where limits are off: 429, then 418."""

    kind: ClassVar[str] = "limiter_storm"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E9",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"percent": 1, "ban_after": 5, "ban_s": 10})

    percent: float = parameter("what is left of each limit", at_least=0.0001, at_most=100)
    ban_after: int = parameter("refused requests, the next of which is a ban", default=20, at_least=1)
    ban_s: int = parameter("first ban; each further one is twice as long", default=120, at_least=1, at_most=259_200)

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
