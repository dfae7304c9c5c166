"""Latency: requests reach the venue late."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.errors import InvalidFault
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam, Treatment
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, parameter
from chaos.selector import Selector

_NS_PER_MS = 1_000_000
_MS_MAX = 3_600_000.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Holds each selected request for ``latency_ms`` ± ``jitter_ms``, uniformly, before the venue sees it."""

    kind: ClassVar[str] = "latency"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E13",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"latency_ms": 200, "jitter_ms": 50})

    latency_ms: float = parameter("mean delay of a request", at_least=0, at_most=_MS_MAX)
    jitter_ms: float = parameter("half-width of the delay's spread", default=0.0, at_least=0, at_most=_MS_MAX)

    def __post_init__(self) -> None:
        check_parameters(self)
        if self.jitter_ms > self.latency_ms:
            raise InvalidFault("with.jitter_ms", self.jitter_ms, "must not exceed latency_ms: no delay is negative")

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment:
        spread_ms = self.jitter_ms * (2 * draws.uniform("jitter") - 1) if self.jitter_ms else 0.0
        return Treatment(hold_ns=round((self.latency_ms + spread_ms) * _NS_PER_MS))
