"""Latency: requests reach the venue late."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam, Treatment
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.wire.delay import Delay
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class Latency(Delay):
    """Holds each selected request for ``latency_ms``, spread as ``distribution`` says, before the venue sees it."""

    kind: ClassVar[str] = "latency"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E13",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"latency_ms": 200, "jitter_ms": 50})

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment | None:
        return Treatment(hold_ns=self.held_ns(draws)) if draws.happens(self.probability) else None
