"""Broken release: what worked in staging fails in production."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from chaos.ground import Ground
from chaos.kinds.fault import Evidence, Seam
from chaos.kinds.leased import applied_by_venue
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.selector import Selector


@dataclass(frozen=True, slots=True)
class BrokenRelease:
    """Fails requests for what they ask, such as orders of one type, or once there are many of them a second."""

    kind: ClassVar[str] = "broken_release"
    seam: ClassVar[Seam] = Seam.MEANING
    incidents: ClassVar[tuple[str, ...]] = ("E19",)
    example: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"named": "type", "value": "MARKET", "status": 500, "code": -1000}
    )

    named: str = parameter("parameter by which the release fails, such as type; none: all requests", default="")
    value: str = parameter("value of that parameter at which it fails", default="")
    above_per_s: int = parameter("as many in a second still work, as in staging", default=0, at_least=0)
    done: bool = parameter("true: it fails after the engine has done it; false: before", default=False)
    status: int = parameter("HTTP status of the reply", default=500, at_least=400, at_most=599)
    code: int = parameter("the venue's code in the reply", default=-1000, at_least=-99_999, at_most=-1)
    message: str = parameter("text of the reply", default="An unknown error occurred while processing the request.")
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_venue(self, ground, fault_id, on)
