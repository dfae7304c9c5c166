"""Status: requests are answered with an HTTP status that the venue did not give."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Answer, Ending, Evidence, Phase, Seam, Treatment
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Status:
    """Answers selected requests with ``status``: in the venue's stead, or in place of what the venue has answered."""

    kind: ClassVar[str] = "status"
    seam: ClassVar[Seam] = Seam.WIRE
    incidents: ClassVar[tuple[str, ...]] = ("E1", "E2", "E9")
    example: ClassVar[Mapping[str, object]] = MappingProxyType(
        {
            "status": 503,
            "body": '{"msg":"Unknown error, please check your request or try again later."}',
            "phase": "after",
        }
    )

    status: int = parameter("HTTP status of the answer", at_least=200, at_most=599)
    body: str = parameter("body of the answer", default="")
    retry_after_s: int = parameter(
        "Retry-After header of the answer; 0 for none", default=0, at_least=0, at_most=_DAY_S
    )
    phase: str = parameter(
        "before: the venue never sees the request; after: it has executed it, and its reply is replaced",
        default="before",
        choices=("before", "after"),
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment | None:
        answer = Answer(self.status, self.body, self.retry_after_s or None)
        return Treatment(ending=Ending(Phase(self.phase), answer)) if draws.happens(self.probability) else None
