"""What the kinds that shape a stream of bytes share: a direction, a share, and how they are applied."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from chaos.draws import Draws
from chaos.ground import Ground
from chaos.kinds.fault import Evidence, StreamFault, Treatment
from chaos.kinds.leased import applied_by_proxy
from chaos.kinds.parameters import check_parameters, parameter, share_of_requests
from chaos.kinds.stream import Direction
from chaos.selector import Selector

NS_PER_MS = 1_000_000
MS_MAX = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped(StreamFault):
    """A kind says in ``shaping`` what it does; connections that are not HTTP/1.1 count as one request each."""

    direction: str = parameter(
        "which bytes: upstream, those of the requests; downstream, those of the replies",
        default="downstream",
        choices=tuple(Direction),
    )
    probability: float = share_of_requests()

    def __post_init__(self) -> None:
        check_parameters(self)

    def applied(self, ground: Ground, fault_id: str, on: Selector) -> AbstractContextManager[Evidence]:
        return applied_by_proxy(self, ground, fault_id, on)

    def treatment(self, draws: Draws) -> Treatment | None:
        return Treatment(shaping=self.shaping) if draws.happens(self.probability) else None
