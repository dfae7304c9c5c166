"""Slow gateway: requests take long to reach an engine that is idle."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.errors import InvalidFault
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector

MS_MAX = 3_600_000.0


@dataclass(frozen=True, slots=True)
class SlowGateway:
    """Holds each selected request for ``latency_ms`` before the engine's queue, while its recvWindow runs on."""

    kind: ClassVar[str] = "slow_gateway"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E13",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"latency_ms": 200, "jitter_ms": 50})

    latency_ms: float = parameter("mean delay", at_least=0, at_most=MS_MAX)
    jitter_ms: float = parameter(
        "half-width of the uniform spread of the delay", default=0.0, at_least=0, at_most=MS_MAX
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)
        if self.jitter_ms > self.latency_ms:
            raise InvalidFault("with.jitter_ms", self.jitter_ms, "must not exceed latency_ms: no delay is negative")

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
