"""Quota: the proxy limits requests as a venue's limiter does, before the venue's own."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Answer, Ending, Evidence, Limit, Phase, Seam, Treatment
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, parameter
from chaos.selector import Selector

_DAY_S = 86_400
_DAY_MS = 86_400_000
_TOO_MANY = '{"code":-1003,"msg":"Too many requests; please use WebSocket Streams for live updates."}'


@dataclass(frozen=True, slots=True)
class Quota:
    """Lets ``limit`` selected requests through in each window of the wall clock and refuses the rest."""

    kind: ClassVar[str] = "quota"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E9", "E10")
    example: ClassVar[Mapping[str, object]] = MappingProxyType({"limit": 5, "window_ms": 1_000})

    limit: int = parameter("requests that pass in each window", at_least=0, at_most=1_000_000_000)
    window_ms: int = parameter(
        "length of a window; windows begin at multiples of it in UTC", at_least=10, at_most=_DAY_MS
    )
    status: int = parameter("HTTP status of a refusal", default=429, at_least=200, at_most=599)
    body: str = parameter("body of a refusal", default=_TOO_MANY)
    retry_after_s: int = parameter(
        "Retry-After header of a refusal; 0: what is left of the window, in whole seconds",
        default=0,
        at_least=0,
        at_most=_DAY_S,
    )

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment:  # noqa: ARG002 - a limiter leaves nothing to chance
        answer = Answer(self.status, self.body, self.retry_after_s or None)
        return Treatment(ending=Ending(Phase.BEFORE, answer), beyond=Limit(self.limit, self.window_ms))
