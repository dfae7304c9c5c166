"""Response latency: the venue has answered, and its replies reach the client late."""

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
class ResponseLatency(Delay):
    """Holds the reply to each selected request for ``latency_ms``: the venue has done it, and the client waits."""

    kind: ClassVar[str] = "response_latency"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E1", "E4")
    example: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"latency_ms": 300, "jitter_ms": 200, "distribution": "lognormal"}
    )

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment | None:
        return Treatment(reply_hold_ns=self.held_ns(draws)) if draws.happens(self.probability) else None
